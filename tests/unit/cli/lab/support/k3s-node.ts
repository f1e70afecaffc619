import type { FakeCluster } from "./fake-cluster.ts";

/** Objects as a fresh k3s v1.34 answers, in their shape; the Node's name is `infra`. */
const objects: Readonly<Record<string, unknown>> = {
  "/version": {
    major: "1",
    minor: "34",
    gitVersion: "v1.34.3+k3s1",
    gitTreeState: "clean",
    goVersion: "go1.24.9",
    compiler: "gc",
    platform: "linux/amd64",
  },
  "/apis/storage.k8s.io/v1/storageclasses": [
    {
      metadata: {
        name: "local-path",
        uid: "0b7f63a5-6d5d-4be8-a8ce-8a7a1f9f8d35",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "rancher.io/local-path",
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
    },
  ],
  "/api/v1/services": [
    {
      metadata: { name: "kubernetes", namespace: "default" },
      spec: {
        type: "ClusterIP",
        clusterIP: "10.43.0.1",
        ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
      },
      status: { loadBalancer: {} },
    },
  ],
  "/api/v1/pods": [
    {
      metadata: { name: "coredns-64fd4b4794-r7c2d", namespace: "kube-system" },
      spec: {
        nodeName: "infra",
        containers: [
          { name: "coredns", ports: [{ name: "dns", containerPort: 53, protocol: "UDP" }], resources: {} },
        ],
      },
      status: { phase: "Running", hostIP: "192.168.1.10", podIP: "10.42.0.4" },
    },
  ],
  "/apis/apps/v1/namespaces/kube-system/deployments": [
    systemDeployment("coredns"),
    systemDeployment("local-path-provisioner"),
    systemDeployment("metrics-server"),
  ],
  "/api/v1/nodes/infra/proxy/stats/summary": diskSummary(80),
};

/** Makes a cluster answer as a fresh k3s node. */
export function serveK3s(cluster: FakeCluster): void {
  for (const [path, object] of Object.entries(objects)) cluster.objects.set(path, object);
  cluster.objects.set("/api/v1/nodes", [k3sNode()]);
}

export interface NodeChanges {
  /** Condition that is other than that of a node that is well. */
  readonly condition?: { readonly type: string; readonly status: string; readonly message: string };
  readonly podCIDR?: string;
  readonly addresses?: readonly string[];
  readonly memory?: string;
  readonly taint?: string;
}

/** The one Node. */
export function k3sNode(changes: NodeChanges = {}): unknown {
  const { condition, podCIDR = "10.42.0.0/24", addresses = ["192.168.1.10"], memory = "8126784Ki" } = changes;
  const well = [
    ["MemoryPressure", "False", "kubelet has sufficient memory available"],
    ["DiskPressure", "False", "kubelet has no disk pressure"],
    ["PIDPressure", "False", "kubelet has sufficient PID available"],
    ["Ready", "True", "kubelet is posting ready status"],
  ].map(([type = "", status = "", message = ""]) => ({ type, status, message }));
  return {
    metadata: {
      name: "infra",
      labels: { "kubernetes.io/hostname": "infra", "node-role.kubernetes.io/control-plane": "true" },
    },
    spec: {
      podCIDR,
      podCIDRs: [podCIDR],
      providerID: "k3s://infra",
      ...(changes.taint === undefined ? {} : { taints: [{ key: changes.taint, effect: "NoSchedule" }] }),
    },
    status: {
      addresses: [
        ...addresses.map((address) => ({ type: "InternalIP", address })),
        { type: "Hostname", address: "infra" },
      ],
      capacity: { cpu: "4", memory, "ephemeral-storage": "102106096Ki", pods: "110" },
      conditions: well.map((one) => (one.type === condition?.type ? condition : one)),
      nodeInfo: { kubeletVersion: "v1.34.3+k3s1", osImage: "Debian GNU/Linux 13 (trixie)" },
    },
  };
}

export function systemDeployment(name: string, status = "True", message = ""): unknown {
  return {
    metadata: { name, namespace: "kube-system" },
    spec: { replicas: 1 },
    status: { conditions: [{ type: "Available", status, message }] },
  };
}

/** The kubelet's summary of a node with a disk of 100 GiB. */
export function diskSummary(freeGiB: number): unknown {
  const gib = 2 ** 30;
  return {
    node: {
      nodeName: "infra",
      fs: { availableBytes: freeGiB * gib, capacityBytes: 100 * gib, usedBytes: (100 - freeGiB) * gib },
    },
    pods: [],
  };
}
