import type { KubeClient } from "../kubernetes/kube-client.ts";
import { kinds } from "../kubernetes/resource-kind.ts";

/** Name of the one node of the infra cluster. */
export const INFRA_NODE = "infra";

/**
 * What a fresh single-node k3s has and a bare control plane lacks: a node (kwok keeps it Ready and plays its kubelet,
 * so that pods are scheduled and Deployments become Available) and the default StorageClass `local-path`.
 */
export async function applyInfraObjects(client: KubeClient): Promise<void> {
  await client.apply(
    kinds.node,
    {
      metadata: {
        name: INFRA_NODE,
        labels: {
          "kubernetes.io/hostname": INFRA_NODE,
          "kubernetes.io/os": "linux",
          "node-role.kubernetes.io/control-plane": "true",
        },
        annotations: { "kwok.x-k8s.io/node": "fake" },
      },
    },
    "edge-lab-sim",
  );
  await client.apply(
    kinds.storageClass,
    {
      metadata: {
        name: "local-path",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "rancher.io/local-path",
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
    },
    "edge-lab-sim",
  );
}
