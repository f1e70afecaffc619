import type { HostRole } from "../host.ts";
import type { ClusterConfig, LabConfig } from "../lab.ts";
import type { ImageConfig } from "../node-image.ts";

/** The node image for a cluster's machines of one role at the cluster's version. Checked to exist when parsed. */
export function imageFor(
  config: Pick<LabConfig, "nodeImage">,
  cluster: ClusterConfig,
  role: HostRole,
): ImageConfig {
  const name = role === "control-plane" ? cluster.image.controlPlane : cluster.image.workers;
  const image = config.nodeImage.images[name];
  if (image === undefined)
    throw new Error(`cluster ${cluster.name} uses node image ${name}, which is not declared`);
  return image;
}
