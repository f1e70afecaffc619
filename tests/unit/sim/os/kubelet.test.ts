import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeletSettings } from "../../../../sim/machine/os/kubelet/kubelet-settings.ts";
import type { Condition, Pod } from "../../../../sim/machine/os/kubelet/kubernetes-types.ts";
import { installsNetworkPlugin, NetworkPlugin } from "../../../../sim/machine/os/kubelet/network-plugin.ts";
import { newNode, nodeStatus } from "../../../../sim/machine/os/kubelet/node-object.ts";
import { podStatus } from "../../../../sim/machine/os/kubelet/pod-status.ts";

const NO_FLAGS = 'KUBELET_KUBEADM_ARGS=""\n';
const then = new Date("2026-01-01T00:00:00Z");
const later = new Date("2026-01-01T00:01:00Z");

describe("the kubelet stand-in's settings", () => {
  const flags =
    'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock --hostname-override=M920q-1 --node-labels=metal3.io/uuid=0b0e,role=edge --register-with-taints=a=b:NoSchedule,c:NoExecute"\n';

  it("come from the file and the flags that kubeadm writes", () => {
    const settings = kubeletSettings(
      "staticPodPath: /etc/kubernetes/manifests\nhealthzPort: 10248\n",
      flags,
      "host",
    );
    assert.deepEqual(settings, {
      nodeName: "m920q-1",
      labels: { "metal3.io/uuid": "0b0e", role: "edge" },
      taints: [
        { key: "a", value: "b", effect: "NoSchedule" },
        { key: "c", effect: "NoExecute" },
      ],
      staticPodPath: "/etc/kubernetes/manifests",
      healthzPort: 10_248,
    });
  });

  it("the host's name is the node's without an override, and taints of the file count too", () => {
    const taints = "registerWithTaints: [{key: x, effect: NoSchedule}]\n";
    const settings = kubeletSettings(taints, NO_FLAGS, "host");
    assert.equal(settings?.nodeName, "host");
    assert.deepEqual(settings.taints, [{ key: "x", effect: "NoSchedule" }]);
  });

  it("are not there while kubeadm has not written all flags: the node would lack its labels for ever", () => {
    const config = "staticPodPath: /etc/kubernetes/manifests\n";
    for (const partial of ["", "KUBELET_KUBEADM_ARGS=", flags.slice(0, 60)])
      assert.equal(kubeletSettings(config, partial, "host"), undefined, partial);
  });
});

describe("the node", () => {
  const settings = kubeletSettings("", NO_FLAGS, "m1");
  assert.ok(settings);
  const facts = {
    kubernetesVersion: "v1.34.3",
    address: "172.22.0.11",
    cpus: 4,
    memoryMiB: 1024,
    bootId: "b",
    systemUuid: "u-u",
  };
  const ready = (network: boolean, before: readonly Condition[] = [], now = then) => {
    const { conditions = [] } = nodeStatus(settings, facts, network, before, now);
    return { conditions, ready: conditions.find(({ type }) => type === "Ready") };
  };

  it("is not ready without a network plugin, in a kubelet's words", () => {
    assert.equal(ready(false).ready?.status, "False");
    assert.match(ready(false).ready?.message ?? "", /NetworkPluginNotReady.*cni plugin not initialized/);
    assert.equal(ready(true).ready?.status, "True");
  });

  it("a condition's last change is when its status changed", () => {
    const first = ready(false);
    assert.equal(ready(false, first.conditions, later).ready?.lastTransitionTime, "2026-01-01T00:00:00Z");
    assert.equal(ready(true, first.conditions, later).ready?.lastTransitionTime, "2026-01-01T00:01:00Z");
  });

  it("is registered with its status, without a provider id", () => {
    const node = newNode(settings, nodeStatus(settings, facts, false, [], then));
    assert.ok(node.status?.conditions?.some(({ type }) => type === "Ready"));
    assert.equal(node.spec?.providerID, undefined);
    assert.equal(node.metadata.labels?.["kubernetes.io/hostname"], "m1");
  });
});

describe("a pod's status", () => {
  const pod = (over: Partial<Pod["spec"]> = {}, status?: Pod["status"]): Pod => ({
    metadata: { name: "p" },
    spec: { containers: [{ name: "c" }], ...over },
    ...(status === undefined ? {} : { status }),
  });
  const facts = (networkReady: boolean, container?: { ready: boolean; restarts: number }) => ({
    hostAddress: "172.22.0.11",
    podAddress: "10.244.0.3",
    networkReady,
    process: () => container,
  });
  const holds = (status: Pod["status"], type: string) =>
    status?.conditions?.find((condition) => condition.type === type)?.status;

  it("waits for the network, unless it runs on the host's", () => {
    const waiting = podStatus(pod(), facts(false), then);
    assert.equal(waiting.phase, "Pending");
    assert.equal(waiting.podIP, undefined);
    assert.equal(holds(waiting, "Ready"), "False");
    const onHost = podStatus(pod({ hostNetwork: true }), facts(false), then);
    assert.equal(onHost.phase, "Running");
    assert.equal(onHost.podIP, "172.22.0.11");
    assert.equal(podStatus(pod(), facts(true), then).podIP, "10.244.0.3");
  });

  it("follows its process", () => {
    const spec = pod({ hostNetwork: true });
    assert.equal(holds(podStatus(spec, facts(true, { ready: true, restarts: 0 }), then), "Ready"), "True");
    const crashed = podStatus(spec, facts(true, { ready: false, restarts: 2 }), then);
    assert.equal(holds(crashed, "Ready"), "False");
    assert.equal(crashed.containerStatuses?.[0]?.restartCount, 2);
  });

  it("a readiness gate holds it back", () => {
    const gated = pod({ readinessGates: [{ conditionType: "gate" }] });
    assert.equal(holds(podStatus(gated, facts(true), then), "Ready"), "False");
    const open = { ...gated, status: { conditions: [{ type: "gate", status: "True" as const }] } };
    const status = podStatus(open, facts(true), then);
    assert.equal(holds(status, "Ready"), "True");
    assert.equal(holds(status, "gate"), "True", "a condition of another controller is kept");
  });

  it("what is meant to end runs once and then has succeeded, for good", () => {
    const job = pod({ restartPolicy: "Never" });
    const running = podStatus(job, facts(true), then);
    assert.equal(running.phase, "Running");
    const ended = podStatus({ ...job, status: running }, facts(true), later);
    assert.equal(ended.phase, "Succeeded");
    assert.deepEqual(podStatus({ ...job, status: ended }, facts(true), later), ended);
  });

  it("is the same as long as nothing changes", () => {
    const spec = pod({ initContainers: [{ name: "i" }] });
    const first = podStatus(spec, facts(true), then);
    assert.deepEqual(podStatus({ ...spec, status: first }, facts(true), later), first);
  });

  it("becomes ready again after the controller manager took that from a silent node", () => {
    const first = podStatus(pod(), facts(true), then);
    const conditions = first.conditions?.map((each) =>
      each.type === "Ready" ? { ...each, status: "False" as const } : each,
    );
    const again = podStatus(pod({}, { ...first, ...(conditions && { conditions }) }), facts(true), later);
    assert.equal(holds(again, "Ready"), "True");
  });
});

describe("the network plugin", () => {
  const agent = (over: Partial<Pod["spec"]> = {}, path = "/opt/cni/bin"): Pod => ({
    metadata: { name: "cilium-x", namespace: "kube-system" },
    spec: {
      hostNetwork: true,
      containers: [{ name: "cilium-agent", volumeMounts: [{ name: "cni", mountPath: "/host/opt/cni/bin" }] }],
      volumes: [{ name: "cni", hostPath: { path } }],
      ...over,
    },
  });

  it("is installed by a pod on the host's network that mounts its CNI folders", () => {
    assert.ok(installsNetworkPlugin(agent()));
    assert.ok(installsNetworkPlugin(agent({}, "/etc/cni/net.d")));
    const init = { name: "install", volumeMounts: [{ name: "cni", mountPath: "/cni" }] };
    assert.ok(installsNetworkPlugin(agent({ containers: [{ name: "agent" }], initContainers: [init] })));
  });

  it("and by no other", () => {
    assert.equal(installsNetworkPlugin(agent({ hostNetwork: false })), false);
    assert.equal(installsNetworkPlugin(agent({}, "/opt/cnix")), false);
    assert.equal(installsNetworkPlugin(agent({ containers: [{ name: "c" }] })), false, "not mounted");
  });

  it("stays when its agent has gone", () => {
    const folder = mkdtempSync(join(tmpdir(), "edge-lab-cni-"));
    try {
      const plugin = new NetworkPlugin(() => {}, folder);
      writeFileSync(join(folder, ".kubernetes-cni-keep"), "");
      plugin.install([]);
      assert.equal(plugin.ready, false);
      plugin.install([agent()]);
      assert.equal(plugin.ready, true);
      assert.equal(new NetworkPlugin(() => {}, folder).ready, true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
