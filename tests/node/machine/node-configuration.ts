import { join } from "node:path";
import { stringify } from "yaml";
import type { NodeSettings } from "./node-settings.ts";
import { nodePaths } from "./node-settings.ts";

/** Image that holds a pod's namespaces open. */
export const sandboxImage = "localhost/edge-lab-test/pause:1";

/** Configuration files of a node's programs, by name. Pure. */
export function nodeConfiguration(settings: NodeSettings): Readonly<Record<string, string>> {
  return {
    "containerd.toml": containerd(settings),
    "10-pods.conflist": podNetwork(settings),
    "kubelet.yaml": kubelet(settings),
    "kube-proxy.yaml": kubeProxy(settings),
    // Nobody outside is asked for a name: the node itself answers nothing, at once.
    "resolv.conf": `nameserver ${settings.nodeAddress}\n`,
  };
}

function containerd(settings: NodeSettings): string {
  const paths = nodePaths(settings);
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = ${JSON.stringify(paths.socket)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${sandboxImage}"
  # Some machines withhold CAP_SYS_RESOURCE from root.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = ${JSON.stringify(paths.cni)}
`;
}

/** Point to point: with a bridge, a Service that leads back to a pod on it would need br_netfilter of the kernel. */
function podNetwork({ podNetwork: subnet }: NodeSettings): string {
  const ipam = { type: "host-local", ranges: [[{ subnet }]], routes: [{ dst: "0.0.0.0/0" }] };
  const plugins = [
    { type: "ptp", ipMasq: true, ipam },
    { type: "portmap", snat: true, capabilities: { portMappings: true } },
  ];
  return `${JSON.stringify({ cniVersion: "0.4.0", name: "pods", plugins }, undefined, 2)}\n`;
}

function kubelet(settings: NodeSettings): string {
  const paths = nodePaths(settings);
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: settings.nodeAddress,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(paths.pki, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    clusterDNS: [settings.dnsAddress],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: `unix://${paths.socket}`,
    resolvConf: join(paths.configuration, "resolv.conf"),
    volumePluginDir: "/var/lib/kubelet-plugins",
    podLogsDir: "/var/log/pods",
    // One folder of control groups for all pods, which is removed with the node.
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${settings.name}`,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    // The disk is the machine's: how full it is says nothing about this node.
    evictionHard: {
      "memory.available": "0%",
      "nodefs.available": "0%",
      "imagefs.available": "0%",
      "nodefs.inodesFree": "0%",
      "imagefs.inodesFree": "0%",
    },
    imageGCHighThresholdPercent: 100,
    // Tests change Secrets and look for what follows: the kubelet's default is to look once in a minute.
    syncFrequency: "5s",
    configMapAndSecretChangeDetectionStrategy: "Watch",
  });
}

function kubeProxy(settings: NodeSettings): string {
  const paths = nodePaths(settings);
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: settings.podNetwork,
    clientConnection: { kubeconfig: join(paths.kubeconfigs, "kube-proxy.conf") },
    // These settings of the kernel are not a network namespace's own.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  });
}
