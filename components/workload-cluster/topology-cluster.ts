import { type ClusterConfig, hostNamespace } from "../config/index.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import type { ImageVariables } from "./image-variables.ts";

/**
 * The Cluster (cluster.x-k8s.io/v1beta2). Pure. Of the whole program's objects this is the only one in which a Kubernetes
 * version or an image stands: changing `kubernetes.version` changes spec.topology.version and the image variables.
 */
export function topologyCluster(
  cluster: ClusterConfig,
  clusterClass: PlainObject,
  images: ImageVariables,
): PlainObject {
  const { host, port } = cluster.endpoint;
  return {
    apiVersion: "cluster.x-k8s.io/v1beta2",
    kind: "Cluster",
    metadata: { name: cluster.name, namespace: hostNamespace },
    spec: {
      clusterNetwork: {
        pods: { cidrBlocks: cluster.network.pods },
        services: { cidrBlocks: cluster.network.services },
      },
      topology: {
        classRef: { name: clusterClass.metadata.name },
        version: cluster.kubernetes.version,
        controlPlane: { replicas: cluster.controlPlane.replicas },
        workers: {
          machineDeployments: [{ class: "worker", name: "workers", replicas: cluster.workers.replicas }],
        },
        variables: [
          { name: "endpoint", value: { host, port } },
          { name: "controlPlaneImage", value: images.controlPlaneImage },
          { name: "workerImage", value: images.workerImage },
        ],
      },
    },
  };
}
