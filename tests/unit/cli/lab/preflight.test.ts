import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import type { Diagnosis } from "../../../../cli/lab/doctor/check.ts";
import {
  type AmtDevice,
  startAmtDevice,
  startTapoDevice,
  type TapoDevice,
} from "../../../../sim/devices/index.ts";
import { FakeCluster } from "./support/fake-cluster.ts";
import { diskSummary, k3sNode, serveK3s, systemDeployment } from "./support/k3s-node.ts";
import { LabProject } from "./support/lab-project.ts";

/** The provisioning address of the test project's configuration. */
const provisioning = "127.31.9.1";
/** Of the sim's stack file. */
const login = { username: "admin", password: "Simulated-1" };
const edge = "/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/clusters/edge";
const emulator = "/apis/apps/v1/namespaces/edge-lab/deployments/redfish-emulator";

describe("lab doctor --preflight", function () {
  this.timeout(300_000);
  let project: LabProject;
  let cluster: FakeCluster;
  let amt: AmtDevice;
  let plug: TapoDevice;
  /** What is found before anything is broken. */
  let well: ReadonlyMap<string, readonly Diagnosis[]>;

  const config = <Value>(field: string): Value => project.config[`edge-lab:${field}`] as Value;

  async function build(): Promise<void> {
    [cluster, amt, plug] = await Promise.all([
      FakeCluster.start(),
      startAmtDevice({ name: "node-1", ...login }),
      startTapoDevice({ name: "node-2", ...login }),
    ]);
    serveK3s(cluster);
    // Who answers at a loopback address is always somebody, so the endpoint is taken to be the cluster's own.
    cluster.objects.set(edge, {});
    project = new LabProject();
    project.write("kubeconfig", cluster.kubeconfig);
    const [declared] = config<object[]>("clusters");
    project.set("clusters", [
      { ...declared, controlPlane: { replicas: 1, untainted: true }, workers: { replicas: 0 } },
    ]);
    const addresses = new Map([
      ["node-1", amt.address],
      ["node-2", plug.address],
    ]);
    const hosts = config<{ name: string }[]>("hosts").flatMap((host) => {
      const address = addresses.get(host.name);
      return address === undefined ? [] : [{ ...host, address }];
    });
    project.set("hosts", hosts);
  }
  async function clear(): Promise<void> {
    await Promise.all([cluster.goAway(), amt.close(), plug.close()]);
    project.remove();
  }

  async function run(): Promise<{
    readonly found: ReadonlyMap<string, readonly Diagnosis[]>;
    readonly exitCode: unknown;
  }> {
    const { exitCode, stdout, stderr } = await project.lab("doctor", "--preflight", "--json");
    assert.doesNotMatch(stdout + stderr, /marker|Simulated-1/);
    const list = JSON.parse(stdout || "[]") as Diagnosis[];
    assert.ok(list.length > 0, stderr);
    return { found: Map.groupBy(list, ({ title }) => title), exitCode };
  }
  /** The one thing that is wrong now and was not before; why it matters and what to do have to be told with it. */
  async function fault(title: string, status: "warn" | "fail" = "fail"): Promise<string> {
    assert.deepEqual(
      well.get(title)?.map((one) => one.status),
      ["ok"],
      `before: ${title}`,
    );
    const { found, exitCode } = await run();
    const wrong = [...found.values()]
      .flat()
      .filter((one) => one.status === "fail" || (one.status === "warn" && one.title !== "configuration"));
    const [first, ...others] = wrong;
    assert.ok(first, "nothing was found");
    assert.deepEqual([first.title, first.status, others], [title, status, []]);
    assert.equal(exitCode, status === "fail" ? 1 : 0);
    assert.ok("why" in first && (first.why ?? "") !== "", "why it matters");
    assert.ok("fix" in first && first.fix !== "", "what to do");
    return `${first.detail} WHY ${first.why} FIX ${first.fix}`;
  }

  before(async () => {
    await build();
    const { found, exitCode } = await run();
    well = found;
    assert.equal(exitCode, 0, JSON.stringify([...found.values()].flat()));
    await clear();
  });
  beforeEach(build);
  afterEach(clear);

  it("finds nothing wrong with a fresh k3s and devices that are well, and says what it did not look at", () => {
    const statuses = [...well.values()].flat().map(({ title, status }) => [title, status]);
    assert.deepEqual(statuses, [
      // A cluster of one node cannot be upgraded in place.
      ["configuration", "warn"],
      ["infra cluster", "ok"],
      ["Kubernetes version", "ok"],
      ["k3s", "ok"],
      ["node", "ok"],
      ["disk space", "ok"],
      ["clocks", "ok"],
      ["storage class", "ok"],
      ["pod network", "ok"],
      ["ports in the cluster", "ok"],
      ["provisioning address", "ok"],
      ["machine size", "ok"],
      ["ports on the node", "ok"],
      // Loopback has no neighbours.
      ["other DHCP server", "skip"],
      ["DHCP range", "skip"],
      ["endpoint of edge", "ok"],
      ["device of node-1", "ok"],
      ["device of node-2", "ok"],
    ]);
  });

  it("tells people the same, each reason and fix below what it is for, and the sum", async () => {
    cluster.objects.set("/apis/storage.k8s.io/v1/storageclasses", []);
    const { stdout, exitCode } = await project.lab("doctor", "--preflight");
    assert.match(
      stdout,
      /^FAIL +storage class +there is no StorageClass local-path .*\n {6}why: .*\n {6}fix: /m,
    );
    assert.match(stdout, /^SKIP +DHCP range .*\n {6}to have it looked at: /m);
    assert.match(stdout, /\n\n14 ok, 2 not looked at, 1 to look at, 1 failed\n$/);
    assert.equal(exitCode, 1);
  });

  it("finds an infra cluster that does not answer, which is the one thing that fails", async () => {
    await cluster.goAway();
    assert.match(await fault("infra cluster"), /ECONNREFUSED.*FIX start it/);
  });

  it("finds a kubeconfig whose login is refused", async () => {
    cluster.refusals.set("/nodes", { code: 403, message: "nodes is forbidden" });
    assert.match(await fault("infra cluster"), /HTTP 403: nodes is forbidden.*FIX take a kubeconfig/);
  });

  it("finds a Kubernetes that is too old, and one that nobody has tried", async () => {
    cluster.objects.set("/version", { gitVersion: "v1.31.9+k3s1" });
    assert.match(await fault("Kubernetes version"), /v1\.31\.9\+k3s1, older than v1\.32/);
    cluster.objects.set("/version", { gitVersion: "v1.37.0+k3s1" });
    assert.match(await fault("Kubernetes version", "warn"), /newer than v1\.36/);
  });

  it("finds a k3s without the storage that the lab names", async () => {
    const path = "/apis/apps/v1/namespaces/kube-system/deployments";
    cluster.objects.set(path, [systemDeployment("coredns")]);
    assert.match(await fault("k3s"), /runs no local-path-provisioner.*FIX .*--disable=local-storage/);
    const ill = systemDeployment("local-path-provisioner", "False", "does not have minimum availability");
    cluster.objects.set(path, [systemDeployment("coredns"), ill]);
    assert.match(await fault("k3s"), /local-path-provisioner is not available: does not have minimum/);
  });

  it("finds a Traefik on a port that the lab is to have", async () => {
    const path = "/apis/apps/v1/namespaces/kube-system/deployments";
    const parts = ["coredns", "local-path-provisioner", "traefik"].map((name) => systemDeployment(name));
    cluster.objects.set(path, parts);
    const { found } = await run();
    assert.match(found.get("k3s")?.[0]?.detail ?? "", /Traefik has the ports 80 and 443, which the lab does/);
    assert.equal(found.get("k3s")?.[0]?.status, "ok");
    project.set("emulator", { address: `${provisioning}:443` });
    assert.match(await fault("k3s"), /Traefik has.*the Redfish emulator is declared on 443/);
  });

  it("finds a storage class that is missing, and that none is the default", async () => {
    const path = "/apis/storage.k8s.io/v1/storageclasses";
    cluster.objects.set(path, [{ metadata: { name: "longhorn" }, provisioner: "driver.longhorn.io" }]);
    project.set("infra", { ...config<object>("infra"), storageClass: "longhorn" });
    assert.match(
      await fault("storage class", "warn"),
      /no StorageClass is the default.*FIX kubectl annotate/,
    );
    project.set("infra", { ...config<object>("infra"), storageClass: "local-path" });
    const { found } = await run();
    assert.deepEqual(
      found.get("storage class")?.map(({ status }) => status),
      ["fail", "warn"],
    );
    assert.match(
      found.get("storage class")?.[0]?.detail ?? "",
      /no StorageClass local-path \(edge-lab:infra\.storageClass\); there are: longhorn/,
    );
  });

  it("finds a node that is not Ready, under pressure, or closed to pods", async () => {
    const plant = (changes: Parameters<typeof k3sNode>[0]): void => {
      cluster.objects.set("/api/v1/nodes", [k3sNode(changes)]);
    };
    plant({ condition: { type: "Ready", status: "False", message: "container runtime is down" } });
    assert.match(await fault("node"), /infra is not Ready: container runtime is down.*FIX .*journalctl/);
    plant({ condition: { type: "DiskPressure", status: "True", message: "kubelet has disk pressure" } });
    assert.match(await fault("node"), /has DiskPressure.*FIX free disk space/);
    plant({ taint: "node-role.kubernetes.io/control-plane" });
    assert.match(await fault("node"), /taint node-role.kubernetes.io\/control-plane:NoSchedule/);
  });

  it("finds a node that is too small", async () => {
    cluster.objects.set("/api/v1/nodes", [k3sNode({ memory: "3980000Ki" })]);
    assert.match(await fault("machine size", "warn"), /has 3\.8 GiB of memory/);
  });

  it("finds a disk that is nearly full, and one that will be", async () => {
    const path = "/api/v1/nodes/infra/proxy/stats/summary";
    cluster.objects.set(path, diskSummary(4));
    assert.match(await fault("disk space"), /only 4\.0 of 100\.0 GiB are free on node infra/);
    cluster.objects.set(path, diskSummary(11));
    assert.match(await fault("disk space", "warn"), /11\.0 of 100\.0 GiB .*; the lab may want 12 GiB/);
  });

  it("finds a clock that is not this machine's", async () => {
    cluster.clockAhead = 600_000;
    assert.match(await fault("clocks"), /(59\d|600) s ahead of this machine's/);
    cluster.clockAhead = -60_000;
    assert.match(await fault("clocks", "warn"), /(5\d|60) s behind/);
  });

  it("finds pods in the network of the hosts", async () => {
    cluster.objects.set("/api/v1/nodes", [k3sNode({ podCIDR: "127.31.0.0/16" })]);
    assert.match(
      await fault("pod network"),
      /127\.31\.0\.0\/16 overlaps with .*127\.31\.9\.0\/24.*--cluster-cidr/,
    );
  });

  it("finds a LoadBalancer Service on one of Ironic's ports, which servicelb would take", async () => {
    const service = {
      metadata: { name: "grafana", namespace: "monitoring" },
      spec: { type: "LoadBalancer", ports: [{ port: 6385, nodePort: 31111, protocol: "TCP" }] },
    };
    cluster.objects.set("/api/v1/services", [service]);
    assert.match(
      await fault("ports in the cluster"),
      /monitoring\/grafana.*6385\/tcp.*Ironic's API.*servicelb/,
    );
  });

  it("finds a pod with one of the node's ports that the lab needs", async () => {
    const pod = (hostIP: string, phase = "Running"): unknown => ({
      metadata: { name: "tftpd", namespace: "default" },
      spec: { containers: [{ ports: [{ containerPort: 69, hostPort: 69, hostIP, protocol: "UDP" }] }] },
      status: { phase },
    });
    cluster.objects.set("/api/v1/pods", [pod("127.31.9.99"), pod("", "Succeeded")]);
    assert.equal((await run()).exitCode, 0);
    cluster.objects.set("/api/v1/pods", [pod("")]);
    assert.match(await fault("ports in the cluster"), /pod default\/tftpd takes port 69\/udp.*Ironic's TFTP/);
  });

  it("finds a program on the node that has one of the lab's ports, unless that is the lab's own", async () => {
    const server = createServer().listen(6180, provisioning);
    await once(server, "listening");
    try {
      assert.match(
        await fault("ports on the node"),
        /6180\/tcp of 127\.31\.9\.1, which is for Ironic's boot files/,
      );
      cluster.objects.set(apiPaths.ironic, {});
      assert.equal((await run()).exitCode, 0);
    } finally {
      server.close();
    }
  });

  it("finds a TFTP server on the node, which takes no connection that would show it", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const socket = createSocket("udp4");
    socket.bind(69, provisioning);
    await once(socket, "listening");
    try {
      assert.match(await fault("ports on the node"), /69\/udp of 127\.31\.9\.1.*FIX .*ss -lnpu/);
    } finally {
      socket.close();
    }
  });

  it("finds somebody at the address that a cluster is to have", async () => {
    const [declared] = config<{ endpoint: object }[]>("clusters");
    project.set("clusters", [{ ...declared, endpoint: { host: "127.31.9.50" } }]);
    cluster.objects.delete(edge);
    assert.match(
      await fault("endpoint of edge"),
      /somebody has 127\.31\.9\.50, and cluster edge is not made/,
    );
  });

  it("finds an AMT login that is refused, by one try", async () => {
    amt.setFaults({ refuseLogins: true });
    assert.match(
      await fault("device of node-1"),
      /login refused.*locks its account.*FIX correct edge-lab:cred/,
    );
    assert.equal(amt.counters.failedLogins, 1);
  });

  it("finds a plug that is dead", async () => {
    await plug.close();
    assert.match(await fault("device of node-2"), /cannot be reached.*FIX see that it has power/);
  });

  it("finds a plug that takes no third parties", async () => {
    plug.setFaults({ compatibilityOff: true });
    assert.match(await fault("device of node-2"), /Third-Party Compatibility/);
  });

  it("says what it could not try where the logins are not known", async () => {
    project.write("error.txt", "PULUMI_ACCESS_TOKEN must be set for login");
    const { found } = await run();
    const [device] = found.get("device of node-1") ?? [];
    assert.equal(device?.status, "skip");
    assert.match(device?.detail ?? "", /takes a connection; its login was not tried/);
    assert.equal(amt.counters.failedLogins, 0);
    await amt.close();
    assert.equal((await run()).found.get("device of node-1")?.[0]?.status, "fail");
  });

  it("leaves a device to the emulator once there is one", async () => {
    cluster.objects.set(emulator, {});
    const { found } = await run();
    assert.notEqual(found.get("device of node-1")?.[0]?.status, "ok");
    assert.deepEqual([amt.counters.connections, plug.counters.connections], [0, 0]);
  });
});
