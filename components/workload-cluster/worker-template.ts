import type { ClusterConfig, HostConfig } from "../config/index.ts";
import { kubeadmArguments } from "./kubeadm-arguments.ts";
import type { KubeadmConfigSpec } from "./kubeadm-types.ts";
import { machineKubeadm } from "./machine-kubeadm.ts";
import { nodeRegistration } from "./node-registration.ts";

export interface WorkerTemplateSpec {
  readonly template: { readonly spec: KubeadmConfigSpec };
}

/** Spec of the workers' KubeadmConfigTemplate (bootstrap.cluster.x-k8s.io/v1beta2). Pure. */
export function workerTemplate(cluster: ClusterConfig, disks: HostConfig["dataDisks"]): WorkerTemplateSpec {
  const registration = nodeRegistration(kubeadmArguments(cluster.kubeadm.kubelet.extraArgs));
  return {
    template: {
      spec: {
        joinConfiguration: { nodeRegistration: registration },
        ...machineKubeadm(cluster, "worker", disks),
      },
    },
  };
}
