import type { ClusterConfig, HostConfig } from "../config/index.ts";
import type { KubeVip } from "./kube-vip.ts";
import { kubeadmArguments } from "./kubeadm-arguments.ts";
import type { ComponentSettings, KubeadmConfigSpec } from "./kubeadm-types.ts";
import { machineKubeadm } from "./machine-kubeadm.ts";
import { nodeRegistration } from "./node-registration.ts";
import { oidcArguments } from "./oidc-arguments.ts";

export interface ControlPlaneTemplateSpec {
  readonly template: {
    readonly metadata?: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: {
      readonly rollout: object;
      readonly kubeadmConfigSpec: KubeadmConfigSpec;
    };
  };
}

/**
 * Spec of the KubeadmControlPlaneTemplate (controlplane.cluster.x-k8s.io/v1beta2). Pure. kube-vip's manifest and the
 * API server's port are not in it: the class adds what depends on the cluster's endpoint.
 */
export function controlPlaneTemplate(
  cluster: ClusterConfig,
  kubeVip: KubeVip,
  disks: HostConfig["dataDisks"],
): ControlPlaneTemplateSpec {
  const { kubeadm } = cluster;
  const machine = machineKubeadm(cluster, "control-plane", disks);
  const kubelet = kubeadmArguments(kubeadm.kubelet.extraArgs);
  const registration = nodeRegistration(kubelet, { untainted: cluster.controlPlane.untainted });
  const components = nonEmpty({
    apiServer: component(
      { ...oidcArguments(cluster.oidc), ...kubeadm.apiServer.extraArgs },
      kubeadm.apiServer.certSANs,
    ),
    controllerManager: component(kubeadm.controllerManager.extraArgs),
    scheduler: component(kubeadm.scheduler.extraArgs),
  });
  const skipKubeProxy = cluster.cni.type === "cilium";
  return {
    template: {
      // Without this, the control plane's manager would look for a kube-proxy to upgrade.
      ...(skipKubeProxy
        ? { metadata: { annotations: { "controlplane.cluster.x-k8s.io/skip-kube-proxy": "" } } }
        : {}),
      spec: {
        rollout: {
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: cluster.controlPlane.maxSurge } },
        },
        kubeadmConfigSpec: {
          ...(components === undefined ? {} : { clusterConfiguration: components }),
          initConfiguration: {
            nodeRegistration: registration,
            ...(skipKubeProxy ? { skipPhases: ["addon/kube-proxy"] } : {}),
          },
          joinConfiguration: { nodeRegistration: registration },
          ...machine,
          files: [...kubeVip.files, ...(machine.files ?? [])],
          preKubeadmCommands: [...kubeVip.preKubeadmCommands, ...(machine.preKubeadmCommands ?? [])],
          postKubeadmCommands: [...kubeVip.postKubeadmCommands, ...(machine.postKubeadmCommands ?? [])],
        },
      },
    },
  };
}

function component(
  flags: Readonly<Record<string, string>>,
  certSANs: readonly string[] = [],
): ComponentSettings | undefined {
  return nonEmpty({
    extraArgs: Object.keys(flags).length === 0 ? undefined : kubeadmArguments(flags),
    certSANs: certSANs.length === 0 ? undefined : certSANs,
  });
}

/** The object without its undefined fields, or undefined when nothing is left. */
function nonEmpty<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } | undefined {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
