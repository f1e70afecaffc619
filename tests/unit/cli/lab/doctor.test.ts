import assert from "node:assert/strict";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import type { Diagnosis } from "../../../../cli/lab/doctor/check.ts";
import { DeviceError } from "../../../../emulator/src/drivers/errors.ts";
import { FakeIronic } from "../../../components/platform/fake-ironic.ts";
import { passwords, type TestEmulator, testEmulator } from "../../../emulator/support/emulator.ts";
import { FakeCluster, secretObject } from "./support/fake-cluster.ts";
import { serveK3s } from "./support/k3s-node.ts";
import { LabProject } from "./support/lab-project.ts";
import { deployedNamespaces, deploymentObject } from "./support/objects.ts";

/** The provisioning address of the test project's configuration, where no sim listens. */
const provisioning = "127.31.9.1";
/** What a lab has made, by which its own ports, addresses and devices are told from other people's. */
const declared = [
  "/apis/apps/v1/namespaces/edge-lab/deployments/redfish-emulator",
  "/apis/apps/v1/namespaces/edge-lab/deployments/image-server",
  "/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/clusters/edge",
];
/** Of loopback nobody is asked. */
const notAskedHere: readonly string[] = ["other DHCP server", "DHCP range"];

describe("lab doctor", function () {
  this.timeout(60_000);
  let project: LabProject;
  let cluster: FakeCluster;
  let workload: FakeCluster;
  let redfish: TestEmulator;
  let ironic: FakeIronic;

  beforeEach(async () => {
    [cluster, workload, redfish, ironic] = await Promise.all([
      FakeCluster.start(),
      FakeCluster.start(),
      testEmulator(),
      FakeIronic.start(provisioning, 6385),
    ]);
    project = new LabProject();
    useEmulator();
    project.write("kubeconfig", cluster.kubeconfig);
    workload.objects.set("/api/v1/nodes", [{}, {}]);
    serveK3s(cluster);
    for (const path of declared) cluster.objects.set(path, {});
    for (const [path, object] of [
      [apiPaths.labNamespace, {}],
      [apiPaths.deployments, deployedNamespaces.map((namespace) => deploymentObject(namespace))],
      [apiPaths.ironic, { status: { conditions: [{ type: "Ready", status: "True" }] } }],
      [apiPaths.ironicLogin, secretObject({ username: "ironic", password: ironic.password })],
      [apiPaths.emulatorLogin, secretObject({ username: "admin", password: passwords.admin })],
      [apiPaths.kubeconfig("edge"), secretObject({ value: workload.kubeconfig })],
    ] as const) {
      cluster.objects.set(path, object);
    }
  });
  afterEach(async () => {
    await Promise.all([cluster.goAway(), workload.goAway(), redfish.stop(), ironic.stop()]);
    project.remove();
  });

  /** Makes the present one that of the lab. */
  function useEmulator(): void {
    project.set("emulator", { address: new URL(redfish.emulator.url).host });
    const authorities = `${redfish.certificate.cert}\n${ironic.caPem}`;
    cluster.objects.set(apiPaths.authority, { data: { "ca.crt": authorities } });
  }
  async function report(...args: string[]): Promise<{ found: Map<string, Diagnosis>; exitCode: unknown }> {
    const { exitCode, stdout, stderr } = await project.lab("doctor", "--json", ...args);
    assert.doesNotMatch(stdout + stderr, /marker|Simulated-1/);
    const list = JSON.parse(stdout || "[]") as Diagnosis[];
    assert.ok(list.length > 0, stderr);
    return { found: new Map(list.map((diagnosis) => [diagnosis.title, diagnosis])), exitCode };
  }
  /** One check's finding when all the rest is well; hosts that the test emulator does not know are not counted. */
  async function only(title: string): Promise<{ status: string; text: string }> {
    const { found } = await report();
    for (const [name, { status, detail }] of found) {
      const known = name === title || /device of (m920q|optiplex)/.test(name) || name === "Redfish emulator";
      if (!known) assert.equal(status, notAskedHere.includes(name) ? "skip" : "ok", `${name}: ${detail}`);
    }
    const diagnosis = found.get(title);
    assert.ok(diagnosis, title);
    return {
      status: diagnosis.status,
      text: `${diagnosis.detail} FIX ${diagnosis.status === "ok" ? "" : diagnosis.fix}`,
    };
  }

  it("looks at everything and says what is well and what is not", async () => {
    const { found, exitCode } = await report();
    const statuses = [...found].map(([title, { status }]) => [title, status]);
    assert.deepEqual(statuses, [
      ["configuration", "ok"],
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
      // Ironic listens on its own.
      ["ports on the node", "ok"],
      ["other DHCP server", "skip"],
      ["DHCP range", "skip"],
      ["endpoint of edge", "ok"],
      ["controllers", "ok"],
      ["Ironic", "ok"],
      ["Ironic's password and TLS", "ok"],
      // It has two systems and six hosts are declared, four of which it therefore does not know.
      ["Redfish emulator", "warn"],
      ["device of node-1", "ok"],
      ["device of m920q-2", "fail"],
      ["device of m920q-3", "fail"],
      ["device of node-2", "ok"],
      ["device of optiplex-2", "fail"],
      ["device of optiplex-3", "fail"],
      ["cluster edge", "ok"],
    ]);
    assert.match(found.get("cluster edge")?.detail ?? "", /answers, 2 nodes/);
    assert.equal(exitCode, 1);
  });

  it("tells people the same, each fix below what it is for, and the sum", async () => {
    const { stdout } = await project.lab("doctor");
    assert.match(stdout, /^OK +configuration +stack test \(hosts: 6, clusters: 1\)$/m);
    assert.match(stdout, /^FAIL +device of m920q-3 +the emulator does not know it\n {6}fix: run pulumi up$/m);
    assert.match(stdout, /\n\n20 ok, 2 not looked at, 1 to look at, 4 failed\n$/);
  });

  it("ends with 0 when nothing fails", async () => {
    const hosts = project.config["edge-lab:hosts"] as { name: string }[];
    const one = hosts.filter(({ name }) => name === "node-1");
    const [edge] = project.config["edge-lab:clusters"] as object[];
    project.set("clusters", [
      { ...edge, controlPlane: { replicas: 1, untainted: true }, workers: { replicas: 0 } },
    ]);
    project.set("hosts", one);
    const { stdout, stderr, exitCode } = await project.lab("doctor");
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stdout, /0 failed\n$/);
  });

  it("tells a password that Ironic refuses, which nobody else would", async () => {
    ironic.password = "another-marker";
    const { status, text } = await only("Ironic's password and TLS");
    assert.equal(status, "fail");
    assert.match(text, /refuses the login of Secret ironic-api \(HTTP 401\).*FIX .*rollout restart/);
  });

  it("tells a certificate of Ironic that is not the lab's", async () => {
    cluster.objects.set(apiPaths.authority, { data: { "ca.crt": redfish.certificate.cert } });
    const { status, text } = await only("Ironic's password and TLS");
    assert.equal(status, "fail");
    assert.match(text, /does not vouch for the certificate of Ironic/);
  });

  it("only warns of an Ironic that it cannot reach", async () => {
    await ironic.stop();
    const { status, text } = await only("Ironic's password and TLS");
    ironic = await FakeIronic.start();
    assert.equal(status, "warn");
    assert.match(text, /not reachable from here: .*ECONNREFUSED/);
  });

  it("tells an Ironic that is not Ready, with its operator's words", async () => {
    const conditions = [{ type: "Ready", status: "False", message: "deployment is in progress" }];
    cluster.objects.set(apiPaths.ironic, { status: { conditions } });
    const { status, text } = await only("Ironic");
    assert.equal(status, "fail");
    assert.match(text, /not Ready: deployment is in progress/);
  });

  it("tells controllers that are missing or not available", async () => {
    const ill = deploymentObject("capm3-system", "False", "does not have minimum availability");
    const others = deployedNamespaces
      .filter((name) => name !== "capm3-system")
      .map((name) => deploymentObject(name));
    cluster.objects.set(apiPaths.deployments, [...others, ill]);
    const { text } = await only("controllers");
    assert.match(
      text,
      /capm3-system\/controller: does not have minimum.*FIX .*-n capm3-system describe pods/,
    );
    cluster.objects.set(apiPaths.deployments, others);
    assert.match((await only("controllers")).text, /nothing is deployed in capm3-system/);
  });

  it("misses no controller of which this lab has the definitions alone", async () => {
    const held = ["cert-manager", "ironic-standalone-operator-system"];
    const others = deployedNamespaces
      .filter((name) => !held.includes(name))
      .map((name) => deploymentObject(name));
    cluster.objects.set(apiPaths.deployments, others);
    project.set("manifests", { source: "release" });
    assert.match((await only("controllers")).text, /nothing is deployed in cert-manager, ironic-standalone/);
    project.set("manifests", { source: "modules", modules: "complete" });
    const { status, text } = await only("controllers");
    assert.equal(status, "ok");
    assert.match(text, /7 Deployments are available; 2 components are definitions alone/);
  });

  it("tells a device that does not answer the emulator, in the emulator's words", async () => {
    await redfish.stop();
    redfish = await testEmulator({
      prepare: (devices) => {
        devices["node-2"].failure = new DeviceError("bad-credentials", "the plug refuses the login");
      },
    });
    useEmulator();
    const { status, text } = await only("device of node-2");
    assert.equal(status, "fail");
    assert.match(text, /^Critical, power \w+: .*the plug refuses the login.*FIX \w/);
  });

  it("tells an emulator that refuses its login, once and not for each host", async () => {
    cluster.objects.set(
      apiPaths.emulatorLogin,
      secretObject({ username: "admin", password: "wrong-marker" }),
    );
    const { found } = await report();
    assert.equal(found.get("Redfish emulator")?.status, "fail");
    assert.match(
      found.get("Redfish emulator")?.detail ?? "",
      /refuses the login of Secret redfish-emulator-cred/,
    );
    assert.match(found.get("device of node-1")?.detail ?? "", /^not asked/);
    assert.equal(redfish.log().match(/"status":401/g)?.length ?? 1, 1);
  });

  it("tells an emulator whose certificate is not the lab's", async () => {
    cluster.objects.set(apiPaths.authority, { data: { "ca.crt": ironic.caPem } });
    const { found } = await report();
    assert.equal(found.get("Redfish emulator")?.status, "fail");
    assert.match(
      found.get("Redfish emulator")?.detail ?? "",
      /does not vouch for the certificate of the emulator/,
    );
  });

  it("tells a workload cluster that is away, and one that is not made yet", async () => {
    await workload.goAway();
    const { status, text } = await only("cluster edge");
    assert.equal(status, "fail");
    assert.match(text, /ECONNREFUSED/);
    cluster.objects.delete(apiPaths.kubeconfig("edge"));
    const later = (await report()).found.get("cluster edge");
    assert.equal(later?.status, "warn");
  });

  it("goes through all checks without an infra cluster, which is the one that fails", async () => {
    await cluster.goAway();
    const { found, exitCode } = await report();
    const failed = [...found.values()].filter(({ status }) => status === "fail").map(({ title }) => title);
    assert.deepEqual(failed, ["infra cluster"]);
    assert.equal(found.size, 27);
    assert.equal(exitCode, 1);
  });

  it("notices another cluster's context", async () => {
    cluster.objects.delete(apiPaths.labNamespace);
    const found = (await report()).found.get("infra cluster");
    assert.equal(found?.status, "fail");
    assert.match(found?.detail ?? "", /answers, but holds no lab/);
  });

  it("tells what is wrong with the configuration, without its secrets", async () => {
    project.set("credentials", {
      defaults: { amt: { username: "admin", password: "short-marker-that-is-far-too-long-for-amt" } },
    });
    const wrong = (await report()).found.get("configuration");
    assert.equal(wrong?.status, "fail");
    assert.match(wrong?.detail ?? "", /edge-lab:credentials/);
    project.set("kubernetes", { version: "1.34" });
    const { found, exitCode } = await report();
    assert.deepEqual([...found.keys()], ["configuration"]);
    assert.match(found.get("configuration")?.detail ?? "", /edge-lab:kubernetes\.version/);
    assert.equal(exitCode, 1);
  });

  it("fails for a wrong passphrase and warns where there is no Pulumi", async () => {
    project.write("error.txt", "incorrect passphrase");
    const wrong = await only("configuration");
    assert.equal(wrong.status, "fail");
    assert.match(wrong.text, /the passphrase is not that of stack test/);
    project.write(
      "error.txt",
      "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    );
    const without = (await report()).found.get("configuration");
    assert.equal(without?.status, "warn");
    assert.match(without?.detail ?? "", /were not seen/);
  });
});
