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

/** Flag of kube-apiserver, without its dashes. */
export const SERVICE_NETWORK_FLAG = "service-cluster-ip-range";

/**
 * The configuration file of `kwokctl create cluster` (config.kwok.x-k8s.io/v1alpha1), as YAML. Everything listens on
 * 127.0.0.1 only (kwokctl's own default is every address, with an open etcd), on ports that never change; RBAC and
 * admission are on as in any cluster.
 *
 * Services get addresses of a loopback network, so that a forwarder without any right (the service proxy) can listen on
 * them and the API server finds webhooks by their Services. Pods are the pod runner's: kwok gets one stage for them that
 * never applies in place of its own, which call every pod Ready at once.
 * @param serviceNetwork CIDR for Services.
 */
export function kwokctlConfiguration(
  settings: SimSettings,
  tools: ControlPlaneTools,
  kubernetesVersion: string,
  serviceNetwork: string,
): string {
  const ports = controlPlanePorts(settings);
  const configuration = {
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
    componentsPatches: [
      { name: "kube-apiserver", extraArgs: [{ key: SERVICE_NETWORK_FLAG, value: serviceNetwork }] },
    ],
  };
  const noPods = {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name: "pods-are-left-to-the-pod-runner" },
    spec: {
      resourceRef: { apiGroup: "v1", kind: "Pod" },
      selector: { matchLabels: { "sim.edge-lab/kwok-plays-this-pod": "never" } },
      next: {},
    },
  };
  return [configuration, noPods].map((document) => stringify(document)).join("---\n");
}
