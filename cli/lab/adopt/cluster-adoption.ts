import { z } from "zod";

const clusterSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default("") }),
  spec: z.looseObject({ topology: z.unknown().optional() }).prefault({}),
});

/** Why a Cluster that is there cannot become what the program declares. Pure. */
export function withoutClass(planned: unknown, present: unknown): string | null {
  const [wanted, cluster] = [clusterSchema.parse(planned), clusterSchema.parse(present)];
  if (wanted.spec.topology === undefined || cluster.spec.topology !== undefined) return null;
  return (
    `cluster ${cluster.metadata.name} was made without a ClusterClass, and Cluster API has no way from one to the other. ` +
    "Fix: leave it out of `clusters` until it is built anew; its hosts can be Pulumi's meanwhile"
  );
}

/** Why a Cluster that is not there must not be made: there are some, and none of them is in the stack file. Pure. */
export function clusterByAnotherName(present: readonly unknown[], planned: readonly string[]): string | null {
  const others = present
    .map((cluster) => clusterSchema.parse(cluster).metadata)
    .filter(({ name }) => !planned.includes(name))
    .map(({ name, namespace }) => `${namespace}/${name}`);
  if (others.length === 0) return null;
  return (
    `the infra cluster has Cluster ${others.join(", ")}, which the stack file does not name, and another one would compete for the hosts. ` +
    "Fix: give it the name that it has, or leave `clusters` empty until the lab is Pulumi's"
  );
}
