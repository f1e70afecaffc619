import { z } from "zod";

const condition = z.object({
  type: z.string(),
  status: z.string(),
  observedGeneration: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const clusterSchema = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({ topology: z.object({ version: z.string() }) }),
  status: z.object({ conditions: z.array(condition).default([]) }).default({ conditions: [] }),
});

const machineSchema = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
  spec: z.object({ version: z.string().optional() }),
  status: z.object({ nodeRef: z.object({ name: z.string() }).optional() }).default({}),
});

/** A KubeadmControlPlane or MachineDeployment. */
const ownerSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), generation: z.number() }),
  spec: z.object({ replicas: z.number().default(1) }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      upToDateReplicas: z.number().default(0),
    })
    .prefault({}),
});

const wanted: readonly (readonly [type: string, status: string])[] = [
  ["TopologyReconciled", "True"],
  ["RollingOut", "False"],
  ["Available", "True"],
];

/**
 * What a Cluster with a topology still has to do, in words; empty when it has settled. Pure.
 *
 * No single condition says it: TopologyReconciled turns True while the last worker is still being built, RollingOut turns
 * False for a moment between control plane and workers, and both may have been observed before a new generation. So all
 * three have to hold for the present generation, control plane and workers have to have seen theirs and to consist of
 * up-to-date machines (a change of the image alone shows nowhere else at first), and every Machine has to have the wanted
 * version and a node.
 *
 * @param cluster a cluster.x-k8s.io/v1beta2 Cluster as the API returns it.
 * @param machines the Machines with that cluster's label.
 * @param owners its KubeadmControlPlane and MachineDeployments.
 * @throws ZodError when the objects are not of that form.
 */
export function rolloutProgress(
  cluster: unknown,
  machines: readonly unknown[],
  owners: readonly unknown[],
): readonly string[] {
  const { metadata, spec, status } = clusterSchema.parse(cluster);
  const open: string[] = [];
  for (const [type, expected] of wanted) {
    const found = status.conditions.find((item) => item.type === type);
    if (found === undefined) open.push(`${type} is not reported yet`);
    else if ((found.observedGeneration ?? metadata.generation) < metadata.generation) {
      open.push(`${type} was reported before the last change`);
    } else if (found.status !== expected) {
      const why = [found.reason, found.message].filter((part) => part).join(": ");
      open.push(`${type} is ${found.status}${why === "" ? "" : ` (${why})`}`);
    }
  }
  for (const owner of owners.map((item) => ownerSchema.parse(item))) {
    const { metadata, status, kind } = owner;
    const name = `${kind} ${metadata.name}`;
    const wants = owner.spec.replicas;
    if (status.observedGeneration < metadata.generation) open.push(`${name} has not seen the last change`);
    else if (status.replicas !== wants) open.push(`${name} has ${status.replicas} machines, not ${wants}`);
    else if (status.upToDateReplicas !== wants) {
      open.push(`${name} has ${status.upToDateReplicas} of ${wants} machines up to date`);
    }
  }
  for (const machine of machines.map((item) => machineSchema.parse(item))) {
    const { name, deletionTimestamp } = machine.metadata;
    if (deletionTimestamp !== undefined) open.push(`machine ${name} is going`);
    else if (machine.spec.version !== spec.topology.version) {
      open.push(`machine ${name} has ${machine.spec.version ?? "no version"}, not ${spec.topology.version}`);
    } else if (machine.status.nodeRef === undefined) open.push(`machine ${name} is not a node yet`);
  }
  return open;
}
