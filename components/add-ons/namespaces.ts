import type { AddOnConfig } from "../config/index.ts";
import type { ManifestSet } from "../manifests/manifest-set.ts";

/** Every cluster has these. */
const builtIn = ["default", "kube-system", "kube-public", "kube-node-lease"];
/** Made by other parts of the lab. */
const ours = [
  "baremetal-operator-system",
  "capi-kubeadm-bootstrap-system",
  "capi-kubeadm-control-plane-system",
  "capi-system",
  "capm3-system",
  "cert-manager",
  "clusters",
  "edge-lab",
  "ironic-standalone-operator-system",
  "metal3-ipam-system",
];

/** The namespaces of the user's add-ons that nothing else makes: no other part of the lab, and none of their manifests. */
export function namespacesToMake(addOns: readonly AddOnConfig[], manifests: ManifestSet): string[] {
  const made = new Set([...builtIn, ...ours]);
  for (const { objects } of manifests.addOns.values()) {
    for (const { kind, metadata } of objects) if (kind === "Namespace") made.add(metadata.name);
  }
  return [...new Set(addOns.map(({ namespace }) => namespace))]
    .filter((namespace) => !made.has(namespace))
    .sort();
}
