import assert from "node:assert/strict";
import { join } from "node:path";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { LabContext } from "../../../../cli/lab/lab-context.ts";
import { type PowerAction, type PowerOptions, switchPower } from "../../../../cli/lab/power.ts";
import { DeviceError } from "../../../../emulator/src/drivers/errors.ts";
import { passwords, type TestEmulator, testEmulator } from "../../../emulator/support/emulator.ts";
import { FakeCluster, secretObject } from "./support/fake-cluster.ts";
import { LabProject } from "./support/lab-project.ts";
import { bareMetalHost } from "./why/real-objects.ts";

describe("lab power", function () {
  this.timeout(180_000);
  let project: LabProject;
  let cluster: FakeCluster;
  let redfish: TestEmulator;
  const path = `${apiPaths.hosts}/node-1`;

  beforeEach(async () => {
    // Before the emulator asks for the first time: what it learns then it believes for a while.
    const prepare = (devices: TestEmulator["devices"]): void => {
      devices["node-1"].power = "On";
    };
    [cluster, redfish] = await Promise.all([FakeCluster.start(), testEmulator({ prepare })]);
    project = new LabProject();
    project.write("kubeconfig", cluster.kubeconfig);
    const kubeconfig = join(project.folder, "kubeconfig");
    project.set("infra", { ...(project.config["edge-lab:infra"] as object), kubeconfig });
    project.set("emulator", { address: new URL(redfish.emulator.url).host });
    cluster.objects.set(
      apiPaths.emulatorLogin,
      secretObject({ username: "admin", password: passwords.admin }),
    );
    cluster.objects.set(apiPaths.authority, { data: { "ca.crt": redfish.certificate.cert } });
    cluster.objects.set(path, bareMetalHost({ name: "node-1" }));
  });
  afterEach(async () => {
    await Promise.all([cluster.goAway(), redfish.stop()]);
    project.remove();
  });

  async function switched(
    action: PowerAction,
    options: Partial<PowerOptions> = {},
    host = "node-1",
  ): Promise<{ done: boolean; said: string[]; questions: string[] }> {
    const configFile = join(project.folder, "Pulumi.test.yaml");
    const lab = await LabContext.open({ stack: "test", configFile });
    const said: string[] = [];
    const questions: string[] = [];
    const done = await switchPower(lab, host, action, {
      soft: false,
      hold: false,
      confirm: async (question) => {
        questions.push(question);
        return true;
      },
      say: (line) => said.push(line),
      sleep: () => new Promise((later) => setImmediate(later)),
      ...options,
    });
    return { done, said, questions };
  }
  const device = () => redfish.devices["node-1"];

  it("switches a free host without a question, and waits until it has followed", async () => {
    const { done, said, questions } = await switched("off");
    assert.deepEqual({ done, questions, power: device().power }, { done: true, questions: [], power: "Off" });
    assert.deepEqual(said, [
      "node-1: Metal3 wants it on and will switch it back within minutes; --hold keeps it off",
      "node-1: ForceOff accepted",
      "node-1: Off",
    ]);
    assert.deepEqual(cluster.patches, []);
  });

  it("asks before a host that is in use is switched off, and does nothing after a no", async () => {
    const used = bareMetalHost({ name: "node-1", state: "provisioned", consumer: "edge-w-x" });
    cluster.objects.set(path, used);
    const asked = await switched("restart");
    assert.deepEqual(asked.questions, ["node-1 is provisioned and used by edge-w-x. Really restart it?"]);
    assert.equal(asked.done, true);
    const refused = await switched("off", { confirm: async () => false });
    assert.deepEqual([refused.done, device().power], [false, "On"]);
    assert.deepEqual((await switched("on")).questions, []);
  });

  it("tells Metal3 with --hold, under a field manager of its own", async () => {
    const { said } = await switched("off", { hold: true });
    assert.deepEqual(cluster.patches, [
      { path, fieldManager: "edge-lab-cli", body: { spec: { online: false } } },
    ]);
    assert.doesNotMatch(said.join(), /switch it back/);
  });

  it("passes the emulator's words on when the device will not", async () => {
    device().failure = new DeviceError("refused", "192.0.2.1 is busy with its BIOS");
    await assert.rejects(switched("off"), /ForceOff of node-1: HTTP 409; .*busy with its BIOS/);
  });

  it("refuses what the device cannot, and a host that nobody knows", async () => {
    await assert.rejects(
      switched("on", { soft: true }),
      /has no soft on; it has: .*ForceOff.*Leave --soft out/,
    );
    await assert.rejects(switched("on", {}, "nobody"), /knows no host nobody\. Hosts of this lab: node-1, /);
  });

  it("as a command does not wait for an answer that nobody can give", async () => {
    cluster.objects.set(path, bareMetalHost({ name: "node-1", state: "provisioned", consumer: "edge-w-x" }));
    const { exitCode, stderr } = await project.lab("power", "node-1", "off");
    assert.equal(exitCode, 1);
    assert.match(stderr, /Really switch it off\?.*--yes/);
    assert.match((await project.lab("power", "--help")).stdout, /\$ lab power optiplex-2 restart\n/);
  });
});
