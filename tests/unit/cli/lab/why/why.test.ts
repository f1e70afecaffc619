import assert from "node:assert/strict";
import { join } from "node:path";
import { apiPaths } from "../../../../../cli/lab/api-paths.ts";
import { LabContext } from "../../../../../cli/lab/lab-context.ts";
import { type WhyReport, why, whyText } from "../../../../../cli/lab/why/why.ts";
import { DeviceError } from "../../../../../emulator/src/drivers/errors.ts";
import { passwords, type TestEmulator, testEmulator } from "../../../../emulator/support/emulator.ts";
import { FakeCluster, secretObject } from "../support/fake-cluster.ts";
import { LabProject } from "../support/lab-project.ts";
import { deployedNamespaces, deploymentObject } from "../support/objects.ts";
import {
  bareMetalHost,
  cluster as clusterObject,
  hostError,
  machine,
  metal3Machine,
} from "./real-objects.ts";

describe("lab why", function () {
  this.timeout(180_000);
  let project: LabProject;
  let cluster: FakeCluster;
  let redfish: TestEmulator;

  beforeEach(async () => {
    [cluster, redfish] = await Promise.all([FakeCluster.start(), testEmulator()]);
    project = new LabProject();
    project.write("kubeconfig", cluster.kubeconfig);
    project.set("infra", {
      ...(project.config["edge-lab:infra"] as object),
      kubeconfig: join(project.folder, "kubeconfig"),
    });
    useEmulator();
    for (const [path, object] of [
      [apiPaths.deployments, deployedNamespaces.map((namespace) => deploymentObject(namespace))],
      [
        apiPaths.ironic,
        { metadata: { name: "ironic" }, status: { conditions: [{ type: "Ready", status: "True" }] } },
      ],
      [apiPaths.emulatorLogin, secretObject({ username: "admin", password: passwords.admin })],
      [apiPaths.clusters, [clusterObject()]],
      [apiPaths.machines, [machine({ name: "edge-w-x", node: "node-1" })]],
      [apiPaths.metal3Machines, [metal3Machine("edge-w-x", "worker")]],
      [
        apiPaths.hosts,
        [
          bareMetalHost({ name: "node-1", state: "provisioned", consumer: "edge-w-x" }),
          bareMetalHost({ name: "node-2" }),
        ],
      ],
    ] as const) {
      cluster.objects.set(path, object);
    }
  });
  afterEach(async () => {
    await Promise.all([cluster.goAway(), redfish.stop()]);
    project.remove();
  });

  /** Makes the present one that of the lab. */
  function useEmulator(): void {
    project.set("emulator", { address: new URL(redfish.emulator.url).host });
    cluster.objects.set(apiPaths.authority, { data: { "ca.crt": redfish.certificate.cert } });
  }
  /** In this process: what the command does between its options and its exit code. */
  async function asked(name?: string): Promise<WhyReport> {
    const configFile = join(project.folder, "Pulumi.test.yaml");
    return why(await LabContext.open({ stack: "test", configFile }), name, 10);
  }
  const ids = ({ cause, also }: WhyReport): (string | undefined)[] => [
    cause?.id,
    ...also.map(({ id }) => id),
  ];

  it("finds nothing wrong in a lab that is well, and tells the walk and what it could not see", async () => {
    const report = await asked("edge");
    assert.match(
      whyText(report),
      /^cluster edge: Available True\n {2}machine edge-w-x Running > host node-1 provisioned > device OK, power O\w+\nnot looked at: Ironic, .*\n\nNothing is wrong with cluster edge\.$/,
    );
    assert.equal(report.cause, null);
  });

  it("names the device behind a host that fails, asked for the host or for the cluster", async () => {
    await redfish.stop();
    redfish = await testEmulator({
      prepare: (devices) => {
        devices["node-1"].failure = new DeviceError("unreachable", "192.0.2.1 cannot be reached");
      },
    });
    useEmulator();
    const status = hostError("power management error", "Failed to set node power state to power on.");
    const host = { name: "node-1", state: "provisioned", consumer: "edge-w-x", status };
    cluster.objects.set(apiPaths.hosts, [bareMetalHost(host)]);
    for (const subject of ["node-1", "edge"]) {
      const report = await asked(subject);
      assert.deepEqual(ids(report), ["device-silent", "power-failed"]);
      assert.match(report.cause?.said ?? "", /192\.0\.2\.1 cannot be reached/);
    }
  });

  it("without a name looks at the whole lab, controllers first", async () => {
    cluster.objects.set(
      apiPaths.deployments,
      deployedNamespaces.map((name) =>
        deploymentObject(name, name === "capi-system" ? "False" : "True", "2 of 3 are unavailable"),
      ),
    );
    const report = await asked();
    assert.equal(report.subject, "lab");
    assert.equal(report.cause?.id, "controller-down");
    assert.match(report.cause.said, /2 of 3 are unavailable/);
    // The test emulator knows two of the six hosts that are declared, and so does the infra cluster.
    assert.equal(report.also.filter(({ id }) => id === "system-unknown").length, 4);
  });

  it("says that the emulator refuses it, with what to do", async () => {
    cluster.objects.set(apiPaths.emulatorLogin, secretObject({ username: "admin", password: "wrong" }));
    const { cause } = await asked("edge");
    assert.equal(cause?.id, "emulator-refuses");
    assert.match(cause.fix, /rollout restart/);
  });

  it("refuses a name that nobody has, with those that there are", async () => {
    await assert.rejects(
      asked("nobody"),
      /neither a host nor a cluster is called nobody\. There are: edge, .*node-1/,
    );
  });

  describe("as a command", () => {
    it("ends with 1 and tells people what is wrong, in its words, what it means and what to do", async () => {
      const message = "Image provisioning failed: Timeout reached while waiting for callback for node 4f1c";
      const status = hostError("provisioning error", message);
      const host = { name: "node-1", state: "provisioning", consumer: "edge-w-x", status };
      cluster.objects.set(apiPaths.hosts, [bareMetalHost(host)]);
      const { exitCode, stdout, stderr } = await project.lab("why", "node-1");
      assert.match(stdout, /\nWRONG {4}BareMetalHost node-1 {2}\(agent-timed-out\)\n/);
      assert.match(
        stdout,
        /\nit says {2}provisioning error: Image provisioning failed: Timeout reached .* 4f1c\n/,
      );
      assert.match(stdout, /\nmeaning {2}.+\nfix {6}.+\n/);
      assert.doesNotMatch(stdout + stderr, /marker|Simulated-1/);
      assert.equal(exitCode, 1);
    });

    it("ends with 0 and null as its cause when nothing is wrong", async () => {
      const { exitCode, stdout } = await project.lab("why", "edge", "--json");
      assert.equal((JSON.parse(stdout) as WhyReport).cause, null);
      assert.equal(exitCode, 0);
    });

    it("ends with 2 when it cannot look: a wrong option, no infra cluster", async () => {
      assert.equal((await project.lab("why", "--patience", "never")).exitCode, 2);
      await cluster.goAway();
      const away = await project.lab("why", "edge");
      assert.equal(away.exitCode, 2);
      assert.match(away.stderr, /ECONNREFUSED/);
    });
  });
});
