import assert from "node:assert/strict";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { type HostSources, hostRows } from "../../../../cli/lab/host-rows.ts";
import { passwords, type TestEmulator, testEmulator } from "../../../emulator/support/emulator.ts";
import { FakeCluster, secretObject } from "./support/fake-cluster.ts";
import { LabProject } from "./support/lab-project.ts";
import { hostObject, machineObject } from "./support/objects.ts";

describe("the rows of lab hosts", () => {
  const declared = [
    { name: "b", driver: "amt" },
    { name: "a", driver: "tapo" },
  ];
  const sources = (more: Partial<HostSources> = {}): HostSources => ({
    declared,
    hosts: [hostObject("a", "available"), hostObject("b", "available")],
    machines: [],
    systems: new Map(),
    ...more,
  });
  const ill = {
    power: "On",
    health: "Critical",
    resetTypes: [],
    conditions: [{ id: "", message: "no login", resolution: "mend it" }],
  };

  it("keeps the order of the configuration and adds what only the cluster knows", () => {
    const rows = hostRows(sources({ hosts: [hostObject("z", "available"), hostObject("a", "")] }));
    assert.deepEqual(
      rows.map(({ host, driver, state, error, hint }) => [host, driver, state, error, hint]),
      [
        ["b", "amt", "not there", "the infra cluster does not know it", "run pulumi up"],
        ["a", "tapo", "not registered yet", null, null],
        ["z", null, "available", "it is not in the configuration", "pulumi up takes it away"],
      ],
    );
  });

  it("names cluster and machine through the Metal3Machine that holds the host", () => {
    const hosts = [
      hostObject("a", "provisioned", { consumer: "edge-cp-x1" }),
      hostObject("b", "provisioned", { consumer: "left-over" }),
    ];
    const rows = hostRows(
      sources({ hosts, machines: [machineObject("edge-cp-9", { infra: "edge-cp-x1" })] }),
    );
    assert.deepEqual(
      rows.map(({ host, cluster, machine }) => [host, cluster, machine]),
      [
        ["b", null, "left-over"],
        ["a", "edge", "edge-cp-9"],
      ],
    );
  });

  it("believes the emulator about power before Metal3, and says whom it believed", () => {
    const hosts = [hostObject("a", "available", { poweredOn: false }), hostObject("b", "available")];
    const systems = new Map([["a", { power: "On", health: "OK", resetTypes: [], conditions: [] }]]);
    const power = (of: HostSources) => hostRows(of).map((row) => [row.power, row.powerFrom]);
    assert.deepEqual(power(sources({ hosts, systems })), [
      [null, null],
      ["On", "emulator"],
    ]);
    assert.deepEqual(power(sources({ hosts })), [
      [null, null],
      ["Off", "metal3"],
    ]);
  });

  it("tells Metal3's error before the device's, each with what to do", () => {
    const error = { errorType: "registration error", errorMessage: "CERTIFICATE_VERIFY_FAILED" };
    const hosts = [hostObject("a", "registering", error), hostObject("b", "available")];
    const rows = hostRows(sources({ hosts, systems: new Map([["a", ill] as const, ["b", ill] as const]) }));
    assert.deepEqual(
      rows.map((row) => row.error),
      ["no login", "registration error: CERTIFICATE_VERIFY_FAILED"],
    );
    assert.match(rows[1]?.hint ?? "", /does not trust the emulator's certificate/);
    assert.equal(rows[0]?.hint, "mend it");
  });
});

describe("lab hosts", function () {
  this.timeout(60_000);
  let project: LabProject;
  let cluster: FakeCluster;
  let redfish: TestEmulator;
  before(async () => {
    redfish = await testEmulator({
      prepare: (devices) => {
        devices["node-1"].power = "On";
      },
    });
  });
  after(() => redfish.stop());
  beforeEach(async () => {
    project = new LabProject();
    cluster = await FakeCluster.start();
    project.write("kubeconfig", cluster.kubeconfig);
    project.set("emulator", { address: new URL(redfish.emulator.url).host });
    cluster.objects.set(apiPaths.authority, { data: { "ca.crt": redfish.certificate.cert } });
    cluster.objects.set(
      apiPaths.emulatorLogin,
      secretObject({ username: "admin", password: passwords.admin }),
    );
    cluster.objects.set(apiPaths.hosts, [
      hostObject("node-1", "provisioned", { consumer: "edge-1", poweredOn: false }),
      hostObject("node-2", "inspecting", {
        errorType: "inspection error",
        errorMessage: "timeout reached while inspecting the node",
      }),
    ]);
    cluster.objects.set(apiPaths.machines, [machineObject("edge-1")]);
  });
  afterEach(async () => {
    await cluster.goAway();
    project.remove();
  });

  it("is a table with each trouble below its host", async () => {
    const { exitCode, stdout, stderr } = await project.lab("hosts");
    assert.equal(exitCode, 0, stderr);
    const [head, first] = stdout.split("\n");
    assert.match(head ?? "", /^HOST +DRIVER +POWER +STATE +USED BY$/);
    assert.match(first ?? "", /^node-1 +amt +On +provisioned +edge\/edge-1$/);
    assert.match(
      stdout,
      /\nnode-2 +tapo +Off +inspecting +-\n {2}! inspection error: timeout reached[^\n]*\n {4}the machine did not start/,
    );
    assert.doesNotMatch(stdout + stderr, /marker/);
  });

  it("says the same to programs", async () => {
    const { stdout } = await project.lab("hosts", "--json");
    const report = JSON.parse(stdout) as { hosts: { host: string; power: string }[]; emulator: unknown };
    assert.equal(report.emulator, null);
    assert.equal(report.hosts.length, 6);
    assert.deepEqual(report.hosts[0], {
      host: "node-1",
      driver: "amt",
      power: "On",
      powerFrom: "emulator",
      state: "provisioned",
      cluster: "edge",
      machine: "edge-1",
      error: null,
      hint: null,
    });
  });

  it("does with what Metal3 saw when the emulator does not let it in, after one try", async () => {
    cluster.objects.set(
      apiPaths.emulatorLogin,
      secretObject({ username: "admin", password: "wrong-marker" }),
    );
    const { exitCode, stdout, stderr } = await project.lab("hosts");
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^node-1 +amt +Off\* /m);
    assert.match(stdout, /\* as Metal3 last saw it: .*refuses the login .*\(HTTP 401\)/);
    assert.doesNotMatch(stdout + stderr, /marker/);
  });

  it("fails in one sentence when the infra cluster is away", async () => {
    await cluster.goAway();
    const { exitCode, stdout, stderr } = await project.lab("hosts");
    assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: "" });
    assert.match(stderr, /^http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n$/);
  });
});
