/** Objects of the infra cluster, with the fields that `lab` reads. */

export function hostObject(
  name: string,
  state: string,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  const { consumer, ...status } = more;
  return {
    metadata: { name },
    spec: consumer === undefined ? {} : { consumerRef: { kind: "Metal3Machine", name: consumer } },
    status: { provisioning: { state }, ...status },
  };
}

export function machineObject(
  name: string,
  { phase = "Running", infra = name, node = true, version = "v1.34.3" } = {},
): unknown {
  return {
    metadata: { name, labels: { "cluster.x-k8s.io/cluster-name": "edge" } },
    spec: { clusterName: "edge", infrastructureRef: { kind: "Metal3Machine", name: infra }, version },
    status: { phase, ...(node ? { nodeRef: { name } } : {}) },
  };
}

/** The cluster's KubeadmControlPlane, which has seen its last change; of as many machines, so many are up to date. */
export function controlPlaneObject(upToDateReplicas = 1): unknown {
  return {
    kind: "KubeadmControlPlane",
    metadata: { name: "edge-cp", generation: 2, labels: { "cluster.x-k8s.io/cluster-name": "edge" } },
    spec: { replicas: 1 },
    status: { observedGeneration: 2, replicas: 1, upToDateReplicas },
  };
}

/** A Cluster whose three conditions of a settled one are as given. */
export function clusterObject(
  conditions: Readonly<Record<string, string>> = {
    TopologyReconciled: "True",
    RollingOut: "False",
    Available: "True",
  },
  message = "",
): unknown {
  return {
    metadata: { name: "edge", generation: 1 },
    spec: { topology: { version: "v1.34.3" } },
    status: {
      conditions: Object.entries(conditions).map(([type, status]) => ({
        type,
        status,
        reason: `${type}Is${status}`,
        message,
        observedGeneration: 1,
      })),
    },
  };
}

/** Of the sim's components, those that run as Deployments. */
export const deployedNamespaces: readonly string[] = [
  "cert-manager",
  "ironic-standalone-operator-system",
  "baremetal-operator-system",
  "capi-system",
  "capi-kubeadm-bootstrap-system",
  "capi-kubeadm-control-plane-system",
  "metal3-ipam-system",
  "capm3-system",
  "edge-lab",
];

/** A Deployment with its condition Available. */
export function deploymentObject(namespace: string, status = "True", message = ""): unknown {
  return {
    metadata: { name: "controller", namespace },
    status: { conditions: [{ type: "Available", status, message }] },
  };
}
