import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { installedSystemSupport } from "../../sim/machine/os/installed-system-support.ts";
import type { Node, Pod } from "../../sim/machine/os/kubelet/kubernetes-types.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { userData } from "./cluster-user-data.ts";
import { MachineRoom, version } from "./machine-room.ts";

const cni = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "cilium", namespace: "kube-system" },
  spec: {
    selector: { matchLabels: { "k8s-app": "cilium" } },
    template: {
      metadata: { labels: { "k8s-app": "cilium" } },
      spec: {
        hostNetwork: true,
        tolerations: [{ operator: "Exists" }],
        containers: [
          {
            name: "cilium-agent",
            image: "quay.io/cilium/cilium:v1.18.0",
            volumeMounts: [{ name: "cni-path", mountPath: "/host/opt/cni/bin" }],
          },
        ],
        volumes: [{ name: "cni-path", hostPath: { path: "/opt/cni/bin" } }],
      },
    },
  },
};

const readyOf = (node: Node) => node.status?.conditions?.find(({ type }) => type === "Ready");
const podIsReady = (pod: Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;

describe("machines that carry out what Cluster API's bootstrap provider writes", function () {
  this.timeout(400_000);
  let room: MachineRoom;

  before(async function () {
    if ((await installedSystemSupport()) !== undefined) this.skip();
    room = await MachineRoom.open(mkdtempSync(join(tmpdir(), "edge-lab-os-")));
  });

  after(async () => {
    await room?.close();
  });

  afterEach(function () {
    if (this.currentTest?.state === "failed") process.stderr.write(`${room.lines.slice(-60).join("\n")}\n`);
  });

  const nodes = () => room.list<Node>("nodes");
  const pods = () => room.list<Pod>("pods", "-A");
  const allReady = async (count: number) => {
    const all = await nodes();
    return all.length === count && all.every((node) => readyOf(node)?.status === "True");
  };

  it("kubeadm init makes a control plane of the first one", async () => {
    const system = await room.start(1, "init");
    assert.equal(system.phase, "running", room.lines.join("\n"));
    const [node] = await nodes();
    assert.equal(node?.metadata.name, "m1");
    assert.equal(node?.metadata.labels?.["metal3.io/uuid"], "00000000-0000-4000-8000-000000000001");
    assert.equal(readyOf(node ?? { metadata: { name: "" } })?.status, "False");
    assert.match(readyOf(node ?? { metadata: { name: "" } })?.message ?? "", /NetworkPluginNotReady/);
  });

  it("leaves out the phases that its configuration names, beside the one for a container runtime", async () => {
    const daemonSets = await room.list<Node>("daemonsets", "-n", "kube-system");
    assert.deepEqual(daemonSets, []);
  });

  it("two control planes and a worker join", async () => {
    for (const [machine, role] of [
      [2, "join-control-plane"],
      [3, "join-control-plane"],
      [4, "join"],
    ] as const) {
      const system = await room.start(machine, role);
      assert.equal(system.phase, "running", room.lines.slice(-40).join("\n"));
    }
    const all = await nodes();
    assert.deepEqual(all.map((node) => node.metadata.name).sort(), ["m1", "m2", "m3", "m4"]);
    assert.deepEqual([...new Set(all.map((node) => readyOf(node)?.status))], ["False"]);
  });

  it("no pod with a network of its own runs before there is a network plugin", async () => {
    const coreDns = (await pods()).filter((pod) => pod.metadata.name.startsWith("coredns"));
    assert.ok(coreDns.length > 0);
    for (const pod of coreDns) {
      assert.equal(pod.status?.phase, "Pending");
      assert.equal(pod.spec.nodeName, undefined);
    }
  });

  it("nodes are ready once a network plugin's DaemonSet runs on them", async () => {
    await room.kubectl(["apply", "-f", "-"], { input: JSON.stringify(cni) });
    await waitUntil(() => allReady(4), { timeoutMs: 60_000, everyMs: 500, what: "four ready nodes" });
    await waitUntil(async () => (await pods()).every(podIsReady), {
      timeoutMs: 60_000,
      everyMs: 500,
      what: "every pod ready",
    });
  });

  it("a static pod's process that dies is started again, which its pod shows", async () => {
    const [pid] = room.processes(3, "kube-scheduler");
    assert.ok(pid, "m3 runs no scheduler");
    process.kill(pid, "SIGKILL");
    const restarted = async () =>
      (await pods()).some(
        (pod) =>
          pod.metadata.name === "kube-scheduler-m3" &&
          pod.status?.containerStatuses?.[0]?.restartCount === 1 &&
          podIsReady(pod),
      );
    await waitUntil(restarted, { timeoutMs: 60_000, everyMs: 500, what: "the scheduler of m3" });
    assert.notEqual(room.processes(3, "kube-scheduler")[0], pid);
  });

  it("a pod that is deleted goes, and a deleted mirror pod comes back", async () => {
    const uids = async () => new Map((await pods()).map(({ metadata }) => [metadata.name, metadata.uid]));
    const before = await uids();
    const [agent = ""] = [...before.keys()].filter((name) => name.startsWith("cilium-"));
    await room.kubectl(["delete", "pod", "-n", "kube-system", "--wait=false", agent, "kube-scheduler-m3"]);
    const changed = async () => {
      const now = await uids();
      const mirror = now.get("kube-scheduler-m3");
      return !now.has(agent) && mirror !== undefined && mirror !== before.get("kube-scheduler-m3");
    };
    await waitUntil(changed, { timeoutMs: 60_000, everyMs: 500, what: "both pods" });
  });

  it("forwards a port of a pod, by which Cluster API asks etcd for its members", async () => {
    const forward: ChildProcess = spawn(
      room.kubectlPath,
      [
        `--kubeconfig=${room.file(1, "etc/kubernetes/admin.conf")}`,
        ..."-n kube-system port-forward --address 127.20.7.1 pod/etcd-m2 23790:2379".split(" "),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      await new Promise((resolve) => forward.stdout?.once("data", resolve));
      const pki = (name: string) => readFileSync(room.file(1, `etc/kubernetes/pki/${name}`));
      const name = await new Promise<string>((resolve, reject) => {
        const socket = connect({
          host: "127.20.7.1",
          port: 23_790,
          servername: "m2",
          ca: pki("etcd/ca.crt"),
          cert: pki("apiserver-etcd-client.crt"),
          key: pki("apiserver-etcd-client.key"),
        });
        socket.once("secureConnect", () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        });
        socket.once("error", reject);
      });
      assert.equal(name, "m2");
    } finally {
      forward.kill("SIGKILL");
    }
  });

  const holder = async (from?: number) => {
    const lease = [
      "get",
      "lease",
      "-n",
      "kube-system",
      "plndr-cp-lock",
      "-o",
      "jsonpath={.spec.holderIdentity}",
    ];
    const name = await room.kubectl(lease, from === undefined ? {} : { from });
    return Number(name.slice(1));
  };
  /** Switches the holder of the shared address off and on, and tells for how long the address was away. */
  const withoutHolder = async (how: string, off: (machine: number) => Promise<void>) => {
    const machine = await holder();
    const from = machine === 1 ? 2 : 1;
    const started = Date.now();
    await off(machine);
    await waitUntil(() => room.kubectl(["get", "--raw=/readyz"], { from }), {
      timeoutMs: 60_000,
      everyMs: 200,
      what: "the shared address",
    });
    console.log(`      away for ${((Date.now() - started) / 1_000).toFixed(1)} s after ${how}`);
    assert.notEqual(await holder(from), machine);
    const system = await room.start(machine, machine === 1 ? "init" : "join-control-plane");
    assert.equal(system.phase, "running");
    const back = async () =>
      (await pods()).some((pod) => pod.metadata.name === `kube-apiserver-m${machine}` && podIsReady(pod));
    await waitUntil(back, { timeoutMs: 60_000, everyMs: 500, what: "the API server that came back" });
  };

  it("the shared address answers again after its holder has lost power, and the holder comes back", () =>
    withoutHolder("a power cut", (machine) => room.powerCut(machine)));

  it("a holder that is shut down in order hands the shared address over", () =>
    withoutHolder("pressing the power button", async (machine) => {
      await room.shutDown(machine);
      assert.match(room.lines.join("\n"), new RegExp(`m${machine}: kube-vip: gives up .*: stopped`));
    }));

  it("etcd keeps its data over a power cut of all control planes", async () => {
    await room.kubectl(["create", "configmap", "kept", "-n", "default", "--from-literal=a=b"]);
    await room.powerCut(1, 2, 3);
    await Promise.all([
      room.start(1, "init"),
      room.start(2, "join-control-plane"),
      room.start(3, "join-control-plane"),
    ]);
    const value = await waitUntil(
      () => room.kubectl(["get", "configmap", "kept", "-n", "default", "-o", "jsonpath={.data.a}"]),
      { timeoutMs: 90_000, everyMs: 500, what: "the ConfigMap" },
    );
    assert.equal(value, "b");
    await waitUntil(() => allReady(4), { timeoutMs: 90_000, everyMs: 500, what: "four ready nodes" });
  });

  it("a rebuilt machine has a new first disk and the old data disk", async () => {
    assert.equal(
      readFileSync(room.file(4, "etc/fstab"), "utf8"),
      "LABEL=longhorn\t/var/lib/longhorn\text4\tdefaults,nofail\t0\t2\n",
    );
    writeFileSync(join(room.stateDir, "m4-nvme0n1/content/volume"), "data");
    writeFileSync(room.file(4, "etc/of-the-old-system"), "");
    await room.kubectl(["delete", "node", "m4"]);
    await room.powerCut(4);
    const system = await room.start(4, "join", {
      configDrive: {
        metaData: { uuid: "00000000-0000-4000-8000-0000000000ff", "local-hostname": "m4" },
        userData: userData(room.seed, "join", version),
      },
    });
    assert.equal(system.phase, "running", room.lines.slice(-30).join("\n"));
    assert.equal(existsSync(room.file(4, "etc/of-the-old-system")), false);
    assert.equal(readFileSync(join(room.stateDir, "m4-nvme0n1/content/volume"), "utf8"), "data");
    await waitUntil(() => allReady(4), { timeoutMs: 60_000, everyMs: 500, what: "the rebuilt node" });
  });

  it("a control plane of the next Kubernetes version joins, as an upgrade by Cluster API makes it", async () => {
    const next = "v1.35.4";
    // The control plane's manager names the new version in kubeadm's own configuration first.
    const name = ["configmap", "-n", "kube-system", "kubeadm-config"];
    const { data } = JSON.parse(await room.kubectl(["get", ...name, "-o", "json"])) as {
      data: { ClusterConfiguration: string };
    };
    const ClusterConfiguration = data.ClusterConfiguration.replace(version, next);
    await room.kubectl(["patch", ...name, "-p", JSON.stringify({ data: { ClusterConfiguration } })]);
    const system = await room.start(5, "join-control-plane", { diskImage: { kubernetesVersion: next } });
    assert.equal(system.phase, "running", room.lines.slice(-30).join("\n"));
    await waitUntil(() => allReady(5), { timeoutMs: 60_000, everyMs: 500, what: "the new node" });
    const versions = await room.kubectl([
      "get",
      "nodes",
      "-o",
      "jsonpath={range .items[*]}{.metadata.name}={.status.nodeInfo.kubeletVersion} {end}",
    ]);
    assert.match(versions, /m1=v1\.34\.3 .*m5=v1\.35\.4/);
  });

  it("credentials on a machine's disk are for root only", () => {
    for (const path of ["etc/kubernetes/admin.conf", "var/lib/cloud/instance/scripts/runcmd"]) {
      assert.equal(statSync(room.file(2, path)).mode & 0o077, 0, path);
    }
  });
});
