import { type ClusterConfig, type HostRole, imageFor, type NodeImageConfig } from "../config/index.ts";

/** Value of the class's image variables: `image` of a Metal3MachineTemplate (v1beta2). */
export interface ImageVariable {
  readonly url: string;
  /** Hex digits, or the URL of a checksum file. An OCI reference has none. */
  readonly checksum?: string;
  readonly checksumType?: "sha256";
  readonly diskFormat: "raw" | "qcow2";
}

export interface ImageVariables {
  readonly controlPlaneImage: ImageVariable;
  readonly workerImage: ImageVariable;
}

/**
 * The node images of a cluster: those of its Kubernetes version, unless it names others. Pure. One variable for each role,
 * so that an image can be changed for control plane and workers in two steps: Cluster API sequences a change of the
 * version, but rolls both at once when only images change (cluster-api#11837).
 */
export function imageVariables(cluster: ClusterConfig, nodeImage: NodeImageConfig): ImageVariables {
  const variable = (role: HostRole): ImageVariable => {
    const { url, sha256, format } = imageFor({ nodeImage }, cluster, role);
    const checked = sha256 === undefined ? {} : { checksum: sha256, checksumType: "sha256" as const };
    return { url, ...checked, diskFormat: format };
  };
  return { controlPlaneImage: variable("control-plane"), workerImage: variable("worker") };
}
