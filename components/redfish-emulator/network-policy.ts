import type { PlainObject } from "../kubernetes/object.ts";
import { policyPorts } from "./policy-ports.ts";

export interface NetworkPolicySettings {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Networks whose members may speak to the emulator: Ironic runs on the node's own network, so it has no pod labels. */
  readonly clients: readonly string[];
  readonly port: number;
  /** Address of the node, where the API server answers; undefined when the emulator has no business there. */
  readonly apiServer: string | undefined;
}

/** Of k3s and kubeadm. The Service's 443 is turned into it before a policy judges, or, with some network plugins, after. */
const apiPorts = [443, 6443];

/**
 * The emulator answers the given networks on one port and reaches only the cluster's DNS and its API server, besides its devices:
 * those have policies of their own (device-policy.ts). Pure.
 *
 * Traffic from the node itself always passes (that is how network policies are defined), so Ironic works on a single
 * node whatever address it is seen with; the networks are for people and for further nodes.
 */
export function networkPolicy(settings: NetworkPolicySettings): PlainObject {
  const { apiServer } = settings;
  const dns = {
    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
    ports: policyPorts([53], [53]),
  };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: settings.name, namespace: settings.namespace, labels: settings.labels },
    spec: {
      podSelector: { matchLabels: settings.labels },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [...new Set(settings.clients)].sort().map((cidr) => ({ ipBlock: { cidr } })),
          ports: policyPorts([settings.port], []),
        },
      ],
      egress: [dns, ...(apiServer === undefined ? [] : [apiRule(apiServer)])],
    },
  };
}

function apiRule(address: string): object {
  const cidr = `${address}/${address.includes(":") ? 128 : 32}`;
  return { to: [{ ipBlock: { cidr } }], ports: policyPorts(apiPorts, []) };
}
