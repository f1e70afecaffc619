import { release } from "node:os";
import type { KubeletSettings } from "./kubelet-settings.ts";
import type { Condition, Node } from "./kubernetes-types.ts";

/** What a machine is, as its node tells. */
export interface NodeFacts {
  readonly kubernetesVersion: string;
  readonly address: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Another one at each boot. */
  readonly bootId: string;
  readonly systemUuid: string;
}

const ARCHITECTURE: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * The node as a kubelet registers it: names, labels, taints and its first status. Pure.
 *
 * The status belongs to it: from a node without a Ready condition the node controller takes the taint "not ready" away
 * that every new node gets, and pods are sent to it before it has a network.
 */
export function newNode(settings: KubeletSettings, status: NonNullable<Node["status"]>): Node {
  const architecture = ARCHITECTURE[process.arch] ?? process.arch;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: settings.nodeName,
      labels: {
        ...settings.labels,
        "kubernetes.io/hostname": settings.nodeName,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": architecture,
        "beta.kubernetes.io/os": "linux",
        "beta.kubernetes.io/arch": architecture,
      },
      annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
    },
    spec: {
      ...(settings.taints.length === 0 ? {} : { taints: settings.taints }),
      ...(settings.providerId === undefined ? {} : { providerID: settings.providerId }),
    },
    status,
  };
}

/**
 * The node's status: ready once a network plugin is there, with the reason and message of a real kubelet until then.
 * The time of a condition's last change is taken from `before` where it has not changed. Pure.
 */
export function nodeStatus(
  settings: KubeletSettings,
  facts: NodeFacts,
  networkReady: boolean,
  before: readonly Condition[],
  now: Date,
): NonNullable<Node["status"]> {
  const capacity = {
    cpu: String(facts.cpus),
    memory: `${facts.memoryMiB * 1024}Ki`,
    pods: "110",
    "ephemeral-storage": "100Gi",
  };
  const time = now.toISOString().replace(/\.\d+Z$/, "Z");
  const condition = (type: string, status: "True" | "False", reason: string, message: string): Condition => {
    const known = before.find((candidate) => candidate.type === type);
    const same = known?.status === status;
    return {
      type,
      status,
      reason,
      message,
      lastHeartbeatTime: time,
      lastTransitionTime: (same && known?.lastTransitionTime) || time,
    };
  };
  return {
    capacity,
    allocatable: capacity,
    addresses: [
      { type: "InternalIP", address: facts.address },
      { type: "Hostname", address: settings.nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    nodeInfo: {
      machineID: facts.systemUuid.replaceAll("-", ""),
      systemUUID: facts.systemUuid,
      bootID: facts.bootId,
      kernelVersion: release(),
      osImage: `edge-lab simulated node image (Kubernetes ${facts.kubernetesVersion})`,
      containerRuntimeVersion: "edge-lab-sim://1",
      kubeletVersion: facts.kubernetesVersion,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: ARCHITECTURE[process.arch] ?? process.arch,
    },
    conditions: [
      condition(
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
      ),
      condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      networkReady
        ? condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")
        : condition(
            "Ready",
            "False",
            "KubeletNotReady",
            "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
          ),
    ],
  };
}
