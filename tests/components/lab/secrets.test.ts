import assert from "node:assert/strict";
import type { Lab } from "../../../components/lab.ts";
import { secretTexts } from "../harness/command-outputs.ts";
import { devicePassword } from "../harness/lab-config.ts";
import type { Recording } from "../harness/recording.ts";
import { recordedLab } from "./recorded-lab.ts";

describe("secrets of a lab", function () {
  this.timeout(300_000);
  let lab: Recording<Lab>;
  before(async () => {
    lab = await recordedLab({ stack: "lab", preview: false });
  });

  const decoded = (text: string): string =>
    // Base64 of Secrets' data would hide them from a search for the plain text.
    `${text} ${[...text.matchAll(/"([A-Za-z0-9+/]{12,}={0,2})"/g)]
      .map(([, data = ""]) => Buffer.from(data, "base64").toString("utf8"))
      .join(" ")}`;

  it("stand nowhere readable in state", () => {
    const texts = [devicePassword, ...secretTexts()];
    assert.ok(texts.length >= 3);
    for (const resource of lab.resources) {
      const readable = decoded(JSON.stringify(resource.readable));
      for (const secret of texts) assert.ok(!readable.includes(secret), `${resource.name} shows a secret`);
    }
  });

  it("reach the Secrets that need them", () => {
    const config = lab.object("Secret", "redfish-emulator-config", "edge-lab");
    const text = Buffer.from((config.data as { "config.json": string })["config.json"], "base64").toString(
      "utf8",
    );
    const parsed = JSON.parse(text) as {
      machines: unknown[];
      users: { username: string; password: string; role: string }[];
    };
    assert.deepEqual(parsed.machines, []);
    const hosts = ["m920q-1", "m920q-2", "m920q-3", "optiplex-1", "optiplex-2", "optiplex-3"];
    for (const host of hosts) {
      const { type, inputs } = lab.resource(`lab-redfish-machine-${host}`);
      assert.equal(type, "kubernetes:core/v1:SecretPatch");
      assert.deepEqual(inputs.metadata, { name: "redfish-emulator-machines", namespace: "edge-lab" });
      const [[key, data] = ["", ""]] = Object.entries(inputs.data as Record<string, string>);
      assert.equal(key, `${host}.json`);
      const { name, password } = JSON.parse(Buffer.from(data, "base64").toString("utf8")) as {
        name: string;
        password: string;
      };
      assert.deepEqual([name, password], [host, devicePassword]);
    }
    assert.equal(lab.object("Secret", "redfish-emulator-machines", "edge-lab").data, undefined);
    const ironic = parsed.users.find(({ username }) => username === "ironic");
    assert.equal(ironic?.role, "Operator");
    const bmc = lab.object("Secret", "m920q-1-bmc", "clusters").data as {
      username: string;
      password: string;
    };
    assert.equal(Buffer.from(bmc.username, "base64").toString(), "ironic");
    assert.equal(Buffer.from(bmc.password, "base64").toString(), ironic.password);
    const admin = lab.object("Secret", "redfish-emulator-credentials", "edge-lab").data as {
      password: string;
    };
    assert.equal(
      Buffer.from(admin.password, "base64").toString(),
      parsed.users.find(({ role }) => role === "Administrator")?.password,
    );
  });

  it("change the pod when they change, and only then", async () => {
    const hash = (recording: Recording<Lab>): unknown => {
      const { spec } = recording.object("Deployment", "redfish-emulator");
      const { template } = spec as { template: { metadata: { annotations: Record<string, string> } } };
      return template.metadata.annotations["edge-lab/config-hash"];
    };
    assert.match(String(hash(lab)), /^[0-9a-f]{64}$/);
    const version = { "edge-lab:kubernetes": { version: "v1.35.4" } };
    assert.equal(hash(await recordedLab({ stack: "lab", preview: false, changes: version })), hash(lab));
    const other = {
      "edge-lab:credentials": {
        defaults: {
          amt: { username: "admin", password: "an0ther-Password" },
          tapo: { username: "a@b.org", password: "x" },
        },
      },
    };
    assert.notEqual(hash(await recordedLab({ stack: "lab", preview: false, changes: other })), hash(lab));
  });
});
