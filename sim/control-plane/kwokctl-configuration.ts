import { stringify } from "yaml";
import { controlPlanePorts, type SimSettings } from "../settings.ts";

/** Paths of the binaries that make the control plane. */
export interface ControlPlaneTools {
  readonly kubectl: string;
  readonly kwok: string;
  readonly kwokctl: string;
  readonly etcd: string;
  readonly "kube-apiserver": string;
  readonly "kube-controller-manager": string;
  readonly "kube-scheduler": string;
}

/**
 * The configuration file of `kwokctl create cluster` (config.kwok.x-k8s.io/v1alpha1), as YAML. Everything listens on
 * 127.0.0.1 only (kwokctl's own default is every address, with an open etcd), on ports that never change; RBAC and
 * admission are on as in any cluster.
 */
export function kwokctlConfiguration(
  settings: SimSettings,
  tools: ControlPlaneTools,
  kubernetesVersion: string,
): string {
  const ports = controlPlanePorts(settings);
  return stringify({
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      runtimes: ["binary"],
      bindAddress: "127.0.0.1",
      kubeVersion: kubernetesVersion,
      kubeApiserverPort: ports.apiServer,
      etcdPort: ports.etcd,
      etcdPeerPort: ports.etcdPeer,
      kubeControllerManagerPort: ports.controllerManager,
      kubeSchedulerPort: ports.scheduler,
      kwokControllerPort: ports.kwok,
      kubeAuthorization: true,
      kubeAdmission: true,
      disableQPSLimits: true,
      kubectlBinary: tools.kubectl,
      etcdBinary: tools.etcd,
      kubeApiserverBinary: tools["kube-apiserver"],
      kubeControllerManagerBinary: tools["kube-controller-manager"],
      kubeSchedulerBinary: tools["kube-scheduler"],
      kwokControllerBinary: tools.kwok,
    },
  });
}
