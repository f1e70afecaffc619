import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { retarget } from "../../../sim/lab/retarget.ts";
import { devicesFile, readSimLab } from "../../../sim/lab/sim-lab.ts";
import { simSettings } from "../../../sim/settings.ts";
import { neededPorts } from "../../../sim/steps/preflight.ts";

const settings = simSettings();
const text = readFileSync(settings.configFile, "utf8");

describe("the sim's lab", () => {
  let folder: string;
  const settingsFor = (stackFile: string) => {
    const config = join(folder, "Pulumi.other.yaml");
    writeFileSync(config, stackFile);
    return simSettings({ stateDir: folder, stack: "other", config, firstPort: 26_500 });
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-sim-lab-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has a device for each host, at the host's own address", () => {
    const lab = readSimLab(settings);
    const shown = lab.devices.map(({ name, kind, host, port }) => `${name} ${kind} ${host}:${port}`);
    assert.deepEqual(shown, [
      "m920q-1 amt 127.20.0.11:16992",
      "m920q-2 amt 127.20.0.12:16992",
      "m920q-3 amt 127.20.0.13:16992",
      "optiplex-1 tapo 127.20.0.21:20080",
      "optiplex-2 tapo 127.20.0.22:20080",
      "optiplex-3 tapo 127.20.0.23:20080",
    ]);
    assert.deepEqual(
      { host: lab.emulator.host, port: lab.emulator.port },
      { host: "127.20.0.2", port: 8443 },
    );
  });

  it("writes the devices' configuration, with their logins", () => {
    const file = JSON.parse(devicesFile(settings, readSimLab(settings).devices)) as {
      control: string;
      devices: { username: string; password: string; macs: string[] }[];
    };
    assert.equal(file.control, join(settings.stateDir, "devices.sock"));
    assert.ok(file.devices.every(({ username, password, macs }) => username && password && macs.length > 0));
  });

  it("can be had a second time on another network, sharing no address with the first", () => {
    const kubeconfig = join(folder, "kubeconfig");
    const other = settingsFor(retarget(text, { network: "127.21.0", kubeconfig }));
    const [first, second] = [readSimLab(settings), readSimLab(other)];
    assert.equal(second.config.infra.kubeconfig, kubeconfig);
    const ports = new Set(neededPorts(settings, first).map(({ host, port }) => `${host}:${port}`));
    const shared = neededPorts(other, second).filter(({ host, port }) => ports.has(`${host}:${port}`));
    assert.deepEqual(shared, []);
    assert.doesNotMatch(
      JSON.stringify(parse(retarget(text, { network: "127.21.0", kubeconfig }))),
      /127\.20\.0\./,
    );
  });

  it("says every mistake of the stack file at once", () => {
    const broken = text
      .replace("driver: amt", "driver: ipmi")
      .replace("127.20.0.12:16992", "127.20.0.13:16992");
    assert.throws(
      () => readSimLab(settingsFor(broken)),
      (error: Error) => {
        assert.match(error.message, /ipmi/);
        assert.match(error.message, /127\.20\.0\.13/);
        return true;
      },
    );
  });

  it("asks for the emulator's address, which it needs to run it", () => {
    const without = text.replace(/^ {4}address: 127\.20\.0\.2:8443.*\n/m, "");
    assert.throws(() => readSimLab(settingsFor(without)), /emulator\.address is not set. Fix: /);
  });
});
