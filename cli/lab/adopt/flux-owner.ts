import { z } from "zod";
import type { KubeApi } from "../kube-api.ts";

/** What of Flux puts objects into a cluster, by the labels that it puts on them. */
const kinds = [
  {
    kind: "Kustomization",
    label: "kustomize.toolkit.fluxcd.io",
    list: (namespace: string) =>
      `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`,
    // Without prune its own end takes nothing along, should somebody resume and delete it.
    suspension: { spec: { suspend: true, prune: false } },
  },
  {
    kind: "HelmRelease",
    label: "helm.toolkit.fluxcd.io",
    list: (namespace: string) => `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`,
    suspension: { spec: { suspend: true } },
  },
] as const;

const labelled = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({ suspend: z.boolean().default(false) }).prefault({}),
});

/** A Kustomization or HelmRelease that would put an object back as it declares it, or delete it. */
export interface FluxOwner {
  /** As in "Kustomization flux-system/clusters". */
  readonly name: string;
  readonly path: string;
  readonly suspended: boolean;
  /** The merge patch that suspends it. */
  readonly suspension: object;
}

/**
 * Who of Flux stands behind an object: those that brought the one that brought it come first, since they would take a suspension
 * back. Empty for an object that Flux did not bring.
 * @throws ApiRefusal, ApiUnreachable.
 */
export async function fluxOwners(api: Pick<KubeApi, "find">, object: unknown): Promise<FluxOwner[]> {
  const owners: FluxOwner[] = [];
  let current = object;
  // The root one brings itself.
  while (current !== undefined) {
    const { labels } = labelled.parse(current).metadata;
    const kind = kinds.find(({ label }) => labels[`${label}/name`] !== undefined);
    if (kind === undefined) break;
    const name = labels[`${kind.label}/name`] ?? "";
    const namespace = labels[`${kind.label}/namespace`] ?? "flux-system";
    const path = `${kind.list(namespace)}/${encodeURIComponent(name)}`;
    if (owners.some((owner) => owner.path === path)) break;
    current = await api.find(path);
    if (current === undefined) break;
    const suspended = labelled.parse(current).spec.suspend;
    owners.unshift({
      name: `${kind.kind} ${namespace}/${name}`,
      path,
      suspended,
      suspension: kind.suspension,
    });
  }
  return owners;
}
