import type { HostConfig } from "../host.ts";
import type { ClusterConfig, LabConfig } from "../lab.ts";

/** What Ironic's automated cleaning does to a host's disks (BareMetalHost spec.automatedCleaningMode). */
export type Cleaning = NonNullable<ClusterConfig["cleaning"]>;

/**
 * How hosts with these data disks are cleaned when a cluster releases them. Cleaning erases the partition tables of every
 * disk, so hosts whose data shall outlive a rebuild are not cleaned unless the cluster says so in so many words.
 */
export function clusterCleaning(
  { cleaning }: Pick<ClusterConfig, "cleaning">,
  dataDisks: HostConfig["dataDisks"],
): Cleaning {
  return cleaning ?? (dataDisks.length > 0 ? "disabled" : "metadata");
}

/**
 * How a host is cleaned that no cluster has taken yet, so that its data disks outlive that, too: Ironic also cleans a host
 * before it first offers it. Metadata as soon as one cluster asks for it by name, since any cluster may take any host.
 */
export function hostCleaning({ clusters }: Pick<LabConfig, "clusters">, host: HostConfig): Cleaning {
  const asked = clusters.some(({ cleaning }) => cleaning === "metadata");
  return host.dataDisks.length > 0 && !asked ? "disabled" : "metadata";
}
