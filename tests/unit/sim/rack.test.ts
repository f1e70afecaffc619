import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { status, statusText } from "../../../sim/commands/status.ts";
import { deviceControl } from "../../../sim/lab/device-control.ts";
import { retarget } from "../../../sim/lab/retarget.ts";
import { readSimLab } from "../../../sim/lab/sim-lab.ts";
import { type SimRack, simRack, withoutLeaving } from "../../../sim/lab/sim-rack.ts";
import { socketControl } from "../../../sim/lab/socket-control.ts";
import { ProcessTable } from "../../../sim/processes/process-table.ts";
import { type SimSettings, simSettings } from "../../../sim/settings.ts";
import { DEVICES, ensureDevices } from "../../../sim/steps/devices.ts";
import { ensureMachines, MACHINES, machinesSocket } from "../../../sim/steps/machines.ts";

const NETWORK = "127.61.7";
/** Of optiplex-2, which stands in the middle of the list's workers. */
const HOST = /^ {4}- name: optiplex-2\n(?: {6}.*\n)*/m;

describe("the rack of a sim whose list of hosts changes", () => {
  let folder: string;
  let settings: SimSettings;
  let table: ProcessTable;
  let stackFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-rack-"));
    const kubeconfig = join(folder, "none");
    const original = readFileSync(simSettings().configFile, "utf8");
    const spare = original.replace(/(workers:\s+replicas: )3/, "$12");
    stackFile = retarget(spare, { network: NETWORK, kubeconfig });
    const config = join(folder, "Pulumi.rack.yaml");
    settings = simSettings({ stateDir: folder, stack: "rack", config, firstPort: 26_520 });
    table = new ProcessTable(folder);
    writeFileSync(config, stackFile);
  });
  afterEach(async () => {
    for (const { name } of table.list()) await table.stop(name);
    rmSync(folder, { recursive: true, force: true });
  });

  const declare = (text: string): SimRack => {
    writeFileSync(settings.configFile, text);
    return simRack(settings, readSimLab(settings));
  };
  const devices = (rack: SimRack) => ensureDevices(settings, rack.devices, table);
  const machines = (rack: SimRack, binaries?: Record<string, string>) =>
    ensureMachines(settings, rack.machines, table, {
      caFile: join(folder, "ca.crt"),
      ...(binaries ? { binaries } : {}),
    });
  const without = () => stackFile.replace(HOST, "");
  const renamed = () => stackFile.replace("name: optiplex-2", "name: optiplex-9");
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const nodes = (rack: SimRack) =>
    Object.fromEntries(rack.machines.machines.map(({ name, nodeAddress }) => [name, nodeAddress]));
  const pid = (name: string) => table.running(name)?.pid;
  /** What runs, as the devices' process tells it. */
  const powers = async () =>
    Object.fromEntries((await status(settings)).devices.map(({ name, power }) => [name, power]));

  it("keeps the device of a host that has left the stack file until Pulumi has let go of it", async () => {
    assert.equal(await devices(declare(stackFile)), undefined);
    const before = pid(DEVICES);
    await deviceControl(settings, "POST", "/devices/optiplex-1/button");
    await deviceControl(settings, "POST", "/devices/optiplex-2/button");

    const rack = declare(without());
    assert.deepEqual(rack.leaving, ["optiplex-2"]);
    assert.deepEqual(await devices(rack), { started: [], changed: [], ended: [] });
    assert.equal((await powers())["optiplex-2"], "on");
    const shown = await status(settings);
    assert.deepEqual(names(shown.devices.filter(({ leaving }) => leaving)), ["optiplex-2"]);
    assert.match(statusText(shown), /optiplex-2 .*power on.*, leaving$/m);
    assert.deepEqual(declare(without()).leaving, ["optiplex-2"], "an update that failed is tried again");

    const after = withoutLeaving(rack);
    assert.deepEqual(await devices(after), { started: [], changed: [], ended: ["optiplex-2"] });
    const { "optiplex-1": left, ...others } = await powers();
    assert.equal(left, "on");
    assert.equal(Object.keys(others).length, 4);
    assert.equal(pid(DEVICES), before, "it is the same process");
    assert.deepEqual(declare(without()).leaving, []);
  });

  it("leaves machines alone when others come and go, and their addresses as they were", async () => {
    const first = declare(stackFile);
    await devices(first);
    assert.equal(await machines(first), undefined);
    const before = pid(MACHINES);
    const rack = declare(without());
    await devices(rack);
    assert.deepEqual(await machines(rack), { started: [], changed: [], ended: [] });
    assert.deepEqual(nodes(rack), nodes(first));
    const fewer = withoutLeaving(rack);
    assert.deepEqual(await machines(fewer), { started: [], changed: [], ended: ["optiplex-2"] });
    assert.deepEqual(await machines(declare(renamed())), {
      started: ["optiplex-9"],
      changed: [],
      ended: [],
    });
    const shown = await socketControl<{ name: string; nodeAddress: string }[]>(
      machinesSocket(settings),
      "GET",
      "/machines",
    );
    const { "optiplex-2": freed, ...kept } = nodes(first);
    assert.deepEqual(Object.fromEntries(shown.map(({ name, nodeAddress }) => [name, nodeAddress])), {
      ...kept,
      "optiplex-9": freed,
    });
    assert.equal(pid(MACHINES), before, "it is the same process");
  });

  it("takes one more Kubernetes version without a restart, and other settings with one", async () => {
    const rack = declare(stackFile);
    await devices(rack);
    await machines(rack, { "v1.34.3": "/nowhere" });
    const before = pid(MACHINES);
    const more = await machines(rack, { "v1.34.3": "/nowhere", "v1.35.4": "/nowhere" });
    assert.deepEqual(more, { started: [], changed: [], ended: [] });
    assert.equal(pid(MACHINES), before);
    assert.equal(await machines(rack), undefined, "without an operating system it is another process");
    assert.notEqual(pid(MACHINES), before);
  });

  it("gives the place of a device to another that is declared there", async () => {
    await devices(declare(stackFile));
    const rack = declare(renamed());
    assert.deepEqual(rack.leaving, []);
    assert.deepEqual(await devices(rack), { started: ["optiplex-9"], changed: [], ended: ["optiplex-2"] });
  });

  it("forgets a host that could not be had, so that it can leave the stack file again", async () => {
    const squatter: Server = createServer().listen(20_080, `${NETWORK}.29`);
    await once(squatter, "listening");
    try {
      await devices(declare(without()));
      const block = HOST.exec(stackFile)?.[0] ?? "";
      const added = block
        .replace("optiplex-2", "optiplex-9")
        .replace(".22:", ".29:")
        .replace("53:22", "53:29");
      const bad = declare(without().replace(/^ {4}- name: optiplex-3\n/m, `${added}$&`));
      assert.equal(bad.devices.length, 6);
      await assert.rejects(devices(bad), /optiplex-9.*127\.61\.7\.29:20080.*taken.*Fix: /);
      assert.deepEqual(declare(without()).leaving, []);
    } finally {
      squatter.close();
    }
  });
});
