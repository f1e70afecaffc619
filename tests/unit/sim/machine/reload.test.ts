import assert from "node:assert/strict";
import type { ListChange } from "../../../../sim/devices/list-change.ts";
import { DevicesProcess } from "../../devices/support/devices-process.ts";
import { MachinesProcess } from "./support/machines-process.ts";

interface Shown {
  readonly name: string;
  readonly running: boolean;
  readonly nodeAddress: string;
}

const RUNS = ["firmware", "installed system"];

const device = (name: string) => ({
  name,
  kind: "tapo",
  host: "127.0.0.1",
  port: 0,
  username: "admin",
  password: "Simulated-1",
  discoveryPort: 0,
});
const machine = (name: string, address: number, more: Record<string, unknown> = {}) => ({
  name,
  macs: [`00:00:5e:00:53:${address}`],
  bootOrder: ["disk"],
  agentAddress: `127.0.0.${address}`,
  nodeAddress: `172.31.0.${address}`,
  disks: [{ name: "/dev/sda", model: "DISK", serial: name, sizeGiB: 64 }],
  ...more,
});

describe("a changed file of the simulated machines", () => {
  let devices: DevicesProcess;
  let machines: MachinesProcess;

  /** Machines a and b, with an installed system on their disks; a runs it. */
  beforeEach(async () => {
    devices = new DevicesProcess();
    machines = new MachinesProcess(devices.folder, devices.control);
    for (const name of ["a", "b", "c"]) machines.install(name, "sda");
    await devices.start([device("a"), device("b"), device("c")]);
    await machines.start([machine("a", 11), machine("b", 12)]);
    await press("a");
    await machines.comesTo("a", "installed system");
  });
  afterEach(async () => {
    await machines.end();
    await devices.dispose();
  });

  const press = (name: string) => devices.ask("POST", `/devices/${name}/button`);
  const reload = (list: readonly Record<string, unknown>[], other = {}): Promise<ListChange> => {
    machines.write(list, other);
    return machines.ask("POST", "/reload");
  };
  const shown = async () =>
    Object.fromEntries((await machines.ask<Shown[]>("GET", "/machines")).map((one) => [one.name, one]));

  it("adds a machine, which follows its device, and leaves running systems alone", async () => {
    await press("c");
    const change = await reload([machine("a", 11), machine("b", 12), machine("c", 13)]);
    assert.deepEqual(change, { started: ["c"], changed: [], ended: [] });
    await machines.comesTo("c", "installed system");
    await press("c");
    await machines.comesTo("c", "off");
    assert.deepEqual(machines.events("a"), RUNS);
    assert.equal((await shown()).a?.running, true);
  });

  it("cuts the power of a machine that is gone, and of no other", async () => {
    await press("b");
    await machines.comesTo("b", "installed system");
    assert.deepEqual(await reload([machine("a", 11)]), { started: [], changed: [], ended: ["b"] });
    assert.deepEqual(machines.events("b"), [...RUNS, "off"]);
    assert.deepEqual(machines.events("a"), RUNS);
    assert.deepEqual(Object.keys(await shown()), ["a"]);
    await press("a");
    await machines.comesTo("a", "off");
  });

  it("loses power with a device that is unplugged, before its own file has changed", async () => {
    await press("b");
    await machines.comesTo("b", "installed system");
    devices.write([device("b"), device("c")]);
    assert.equal((await devices.ask("POST", "/reload")).status, 200);
    await machines.comesTo("a", "off");
    assert.deepEqual(machines.events("b"), RUNS);
  });

  it("takes a changed machine out and puts it back, whatever it was doing; its disks and the others stay", async () => {
    await press("b");
    await machines.comesTo("b", "installed system");
    const change = await reload([machine("a", 11), machine("b", 19)]);
    assert.deepEqual(change, { started: [], changed: ["b"], ended: [] });
    assert.equal((await shown()).b?.nodeAddress, "172.31.0.19");
    await machines.comesTo("b", "installed system");
    assert.deepEqual(machines.events("b"), [...RUNS, "off", ...RUNS]);
    assert.deepEqual(machines.events("a"), RUNS);
  });

  it("says what is wrong with it, and all goes on as before", async () => {
    const before = await shown();
    const mistaken = [machine("a", 11), machine("b", 12, { disks: [] })];
    await assert.rejects(reload(mistaken), /400.*machines\[1\]\.disks/s);
    await assert.rejects(reload([machine("a", 11), machine("a", 12)]), /same name/);
    await assert.rejects(reload([machine("a", 11)], { timeScale: 1 }), /takes a restart/);
    assert.deepEqual(await shown(), before);
    assert.deepEqual(machines.events("a"), RUNS);
  });
});
