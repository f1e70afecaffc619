import { z } from "zod";
import { hostStatus } from "./host-status.ts";

/** CAPM3 puts it on the host that a machine of the cluster takes. */
const clusterLabel = "cluster.x-k8s.io/cluster-name";

const hostSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  status: hostStatus,
});

/**
 * What keeps a cluster's first machine from having its image, in words; empty when it has it. Pure. Cluster API takes a
 * second host only when the first one runs an API server, so this is as far as a cluster comes with machines that do not.
 *
 * @param hosts metal3.io/v1alpha1 BareMetalHosts as the API returns them.
 * @throws ZodError when the objects are not of that form.
 */
export function provisionedProgress(cluster: string, hosts: readonly unknown[]): readonly string[] {
  const taken = hosts
    .map((item) => hostSchema.parse(item))
    .filter(({ metadata }) => metadata.labels[clusterLabel] === cluster);
  if (taken.some(({ status }) => status.provisioning.state === "provisioned")) return [];
  return [taken.length === 0 ? "no machine has a host yet" : "the first machine's image is not written yet"];
}
