import { z } from "zod";
import type { ClusterObjects } from "./cluster-objects.ts";
import { rolloutProgress } from "./rollout-progress.ts";

/** Set by CAPM3 on a host that a machine leaves (nodeReuseLabelName in its baremetal/metal3machine_manager.go). */
export const reuseMark = "infrastructure.cluster.x-k8s.io/node-reuse";

/** How CAPM3 spells the owner of machines in the mark (getControlPlaneName, getMachineDeploymentName, ibid.). */
const prefixes: Readonly<Record<string, string>> = { KubeadmControlPlane: "cp-", MachineDeployment: "md-" };

const ownerSchema = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

const hostSchema = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({ consumerRef: z.unknown().optional() }).default({}),
});

/** A host whose mark has lost its meaning. */
export interface MarkedHost {
  readonly name: string;
  /** As it was read: a host that has changed meanwhile is to be judged anew. */
  readonly resourceVersion: string;
}

/**
 * The free hosts on which CAPM3 keeps a machine's place although none will come back. Pure.
 *
 * With nodeReuse CAPM3 marks each host that a machine leaves, so that the machine which replaces it comes back to it. It takes
 * the mark away only when that happens: a host that was given up as broken, or left when replicas were lowered, keeps it.
 * In a later upgrade a machine would then move there, away from its own host and from what lies on that one's data disks.
 * Marks mean something only while machines are being replaced, so none is stale unless the cluster has settled.
 *
 * @throws ZodError when the objects are not of that form.
 */
export function staleReuseMarks({ cluster, machines, owners, hosts }: ClusterObjects): readonly MarkedHost[] {
  if (rolloutProgress(cluster, machines, owners).length > 0) return [];
  const marks = new Set(
    owners.map((owner) => {
      const { kind, metadata } = ownerSchema.parse(owner);
      return `${prefixes[kind] ?? ""}${metadata.name}`;
    }),
  );
  return hosts.flatMap((host) => {
    const { metadata, spec } = hostSchema.parse(host);
    const mark = metadata.labels[reuseMark];
    if (spec.consumerRef !== undefined || mark === undefined || !marks.has(mark)) return [];
    return [{ name: metadata.name, resourceVersion: metadata.resourceVersion }];
  });
}
