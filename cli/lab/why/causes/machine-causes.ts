import { hostNamespace } from "../../../../components/config/resolve/host-namespace.ts";
import type { Condition } from "../../../../components/kubernetes/conditions.ts";
import type { Cause, Evidence } from "../cause.ts";

import { conditionOf, isLate, type Scene } from "../scene.ts";

/** A cause that a condition of the Machine shows. */
function byCondition(
  id: string,
  types: readonly string[],
  when: (condition: Condition, scene: Scene) => boolean,
  tell: (scene: Scene) => Pick<Evidence, "means" | "fix">,
): Cause {
  return {
    id,
    of: "chain",
    find: (scene) => {
      const { machine } = scene;
      for (const type of types) {
        const condition = conditionOf(machine, type);
        if (machine === undefined || condition === undefined || !when(condition, scene)) continue;
        const { name } = machine.metadata;
        return {
          at: `Machine ${name}`,
          said: `${type}: ${condition.message || condition.reason}`,
          ...tell(scene),
        };
      }
      return undefined;
    },
  };
}

const late = ({ lastTransitionTime }: Condition, { lab }: Scene): boolean => isLate(lab, lastTransitionTime);
const node = (scene: Scene): string => scene.machine?.status.nodeRef?.name ?? scene.hostName ?? "NODE";
const kubeconfig = (scene: Scene): string =>
  `lab kubeconfig ${scene.clusterName} --output ${scene.clusterName}.kubeconfig`;

/** What is wrong with a machine whose host is well. */
export const machineCauses: readonly Cause[] = [
  byCondition(
    "drain-blocked",
    ["Deleting"],
    (condition, scene) =>
      condition.reason === "DrainingNode" &&
      (/disruption budget/i.test(condition.message) || late(condition, scene)),
    (scene) => ({
      means: "the node is to be emptied, and pods on it may not be evicted or do not end",
      fix: `${kubeconfig(scene)}; give the pods that the message names another replica, or delete them. After timeouts.drain it goes on by force`,
    }),
  ),
  byCondition(
    "removal-stuck",
    ["Deleting"],
    (condition, scene) => condition.status === "True" && late(condition, scene),
    ({ hostName }) => ({
      means: "the machine is being removed, and its host or its etcd member does not let go",
      fix:
        hostName === undefined
          ? "lab logs capi"
          : `lab why ${hostName} says what the host waits for; lab logs capi`,
    }),
  ),
  byCondition(
    "infrastructure-gone",
    ["InfrastructureReady"],
    ({ reason }) => reason === "Deleted" || reason === "DoesNotExist",
    ({ machine }) => ({
      means: "somebody deleted the Metal3Machine under the Machine; nothing makes it again",
      fix: `have the machine made anew: kubectl -n ${hostNamespace} delete machine ${machine?.metadata.name} --wait=false`,
    }),
  ),
  byCondition(
    "waits-for-control-plane",
    ["BootstrapConfigReady"],
    (condition, scene) =>
      condition.status !== "True" &&
      /control plane to be initialized/i.test(condition.message) &&
      late(condition, scene),
    ({ clusterName }) => ({
      means: "workers join once the first control-plane machine answers, and it does not",
      fix: `lab why ${clusterName}`,
    }),
  ),
  byCondition(
    "no-cloud-config",
    ["BootstrapConfigReady"],
    (condition, scene) => condition.status !== "True" && late(condition, scene),
    () => ({
      means: "the kubeadm provider cannot write the machine's cloud-config, so no host is taken for it",
      fix: "lab logs capi",
    }),
  ),
  byCondition(
    "node-never-came",
    ["NodeHealthy", "NodeReady"],
    (condition, scene) =>
      condition.status === "Unknown" &&
      /Waiting for (a Node with spec\.providerID|\S+ to report spec\.providerID)/.test(condition.message) &&
      scene.host?.status.provisioning.state === "provisioned" &&
      isLate(scene.lab, scene.host.status.operationHistory.provision?.end),
    () => ({
      means:
        "the image is on the disk and the machine was started, but no node with this host's id has joined: kubeadm failed, or the node lacks the label metal3.io/uuid",
      fix: "look at /var/log/cloud-init-output.log on the machine; the usual reasons are an image of another Kubernetes version, no way to the cluster's endpoint, and own kubelet arguments that replace node-labels",
    }),
  ),
  byCondition(
    "no-pod-network",
    ["NodeHealthy", "NodeReady"],
    ({ status, message }) =>
      status !== "True" && /NetworkPluginNotReady|cni plugin not initialized/i.test(message),
    (scene) => ({
      means:
        "the node has joined and has no pod network: the network plugin is not installed, or its pods do not start",
      fix: `declare edge-lab:clusters podNetwork and run pulumi up; ${kubeconfig(scene)}, then look at its pods in kube-system`,
    }),
  ),
  byCondition(
    "kubelet-silent",
    ["NodeHealthy", "NodeReady"],
    ({ status, message }) => status !== "True" && /Kubelet stopped posting node status/i.test(message),
    (scene) => ({
      means:
        "the machine is on as far as Metal3 knows, and its kubelet has fallen silent: it hangs, did not boot, or lost its network",
      fix: `look at its screen; lab power ${scene.hostName ?? "HOST"} restart. A health check (healthChecks in the stack file) does it by itself`,
    }),
  ),
  byCondition(
    "node-under-pressure",
    ["NodeHealthy"],
    ({ status, message }) => status === "False" && /(Disk|Memory|PID)Pressure/.test(message),
    (scene) => ({
      means: "the node runs out of disk, memory or processes and takes no more pods",
      fix: `${kubeconfig(scene)}; kubectl describe node ${node(scene)}`,
    }),
  ),
  byCondition(
    "etcd-unhealthy",
    ["EtcdMemberHealthy", "EtcdPodHealthy"],
    (condition, scene) => condition.status === "False" && late(condition, scene),
    (scene) => ({
      means: "this control-plane machine's etcd member is not well; nothing is rolled until it is",
      fix: `${kubeconfig(scene)}; kubectl -n kube-system logs etcd-${node(scene)}. With a majority left the health check replaces the machine`,
    }),
  ),
  byCondition(
    "control-plane-pod-failing",
    ["APIServerPodHealthy", "ControllerManagerPodHealthy", "SchedulerPodHealthy"],
    (condition, scene) => condition.status === "False" && late(condition, scene),
    (scene) => ({
      means: "a control-plane pod of this machine does not run; nothing is rolled until it does",
      fix: `${kubeconfig(scene)}; kubectl -n kube-system get pods -o wide; wrong extra arguments in the stack file are the usual reason`,
    }),
  ),
  byCondition(
    "node-not-healthy",
    ["NodeHealthy"],
    (condition, scene) => condition.status === "False" && late(condition, scene),
    (scene) => ({
      means: "the node says itself that it is not well",
      fix: `${kubeconfig(scene)}; kubectl describe node ${node(scene)}`,
    }),
  ),
];

/** A health check that does not act any more. */
export const healthCheckCauses: readonly Cause[] = [
  {
    id: "too-many-unhealthy",
    of: "cluster",
    find: ({ lab, clusterName }) => {
      for (const check of lab.healthChecks) {
        if (check.metadata.labels["cluster.x-k8s.io/cluster-name"] !== clusterName) continue;
        const allowed = conditionOf(check, "RemediationAllowed");
        if (allowed?.status !== "False") continue;
        return {
          at: `MachineHealthCheck ${check.metadata.name}`,
          said: allowed.message || allowed.reason,
          means:
            "so many machines are unwell at once that the health check holds still rather than tear the cluster down",
          fix: "look for what they have in common (power, switch, network), mend that, and it goes on by itself",
        };
      }
      return undefined;
    },
  },
];
