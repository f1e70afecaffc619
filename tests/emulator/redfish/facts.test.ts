import assert from "node:assert/strict";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import type { Body } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const CHASSIS = "/redfish/v1/Chassis/node-1";
const MANAGER = "/redfish/v1/Managers/node-1";
const processors = { count: 2, model: "i5-8500T", architecture: "x86_64", cores: 6, threads: 12 } as const;

describe("facts about a machine over Redfish", () => {
  let lab: TestEmulator;
  afterEach(() => lab.stop());

  const read = async (path: string): Promise<Body> => {
    const { status, body } = await lab.admin.get(path);
    assert.equal(status, 200, path);
    return body;
  };
  const status = async (path: string): Promise<number> => (await lab.admin.get(path)).status;

  it("are left out where nobody knows them", async () => {
    lab = await testEmulator();
    const system = await read(SYSTEM);
    const invented = [
      "Manufacturer",
      "Model",
      "SerialNumber",
      "BiosVersion",
      "MemorySummary",
      "ProcessorSummary",
    ];
    for (const property of [...invented, "Processors"]) assert.ok(!(property in system), property);
    const chassis = await read(CHASSIS);
    for (const property of ["Manufacturer", "Model", "SerialNumber", "EnvironmentMetrics"])
      assert.ok(!(property in chassis), property);
    for (const path of [`${SYSTEM}/Processors`, `${SYSTEM}/Processors/CPU0`, `${CHASSIS}/EnvironmentMetrics`])
      assert.equal(await status(path), 404);
  });

  it("come from the configuration, processors as resources of their own", async () => {
    const facts = {
      manufacturer: "ACME",
      model: "Box 1",
      serialNumber: "S-1",
      biosVersion: "1.2",
      memoryGiB: 15.5,
    };
    lab = await testEmulator({ machine: { facts: { ...facts, processors } } });
    const system = await read(SYSTEM);
    assert.equal(system.Manufacturer, "ACME");
    assert.equal(system.Model, "Box 1");
    assert.equal(system.SerialNumber, "S-1");
    assert.equal(system.BiosVersion, "1.2");
    assert.deepEqual(system.MemorySummary, { TotalSystemMemoryGiB: 15.5 });
    assert.deepEqual(system.ProcessorSummary, {
      Count: 2,
      Model: "i5-8500T",
      CoreCount: 12,
      LogicalProcessorCount: 24,
    });
    const members = (await read(String(system.Processors?.["@odata.id"]))).Members;
    assert.deepEqual(members, [
      { "@odata.id": `${SYSTEM}/Processors/CPU0` },
      { "@odata.id": `${SYSTEM}/Processors/CPU1` },
    ]);
    const { ProcessorArchitecture, InstructionSet, TotalCores, TotalThreads } = await read(
      `${SYSTEM}/Processors/CPU1`,
    );
    assert.deepEqual(
      [ProcessorArchitecture, InstructionSet, TotalCores, TotalThreads],
      ["x86", "x86-64", 6, 12],
    );
    for (const id of ["CPU2", "CPU01", "CPU-1", "x"])
      assert.equal(await status(`${SYSTEM}/Processors/${id}`), 404);
    const chassis = await read(CHASSIS);
    assert.deepEqual([chassis.Manufacturer, chassis.Model, chassis.SerialNumber], ["ACME", "Box 1", "S-1"]);
  });

  it("have no half-made processors: a missing fact leaves the resources out and the summary in", async () => {
    const { threads: _, ...incomplete } = processors;
    lab = await testEmulator({ machine: { facts: { processors: incomplete } } });
    const system = await read(SYSTEM);
    assert.ok(!("Processors" in system));
    assert.equal(await status(`${SYSTEM}/Processors`), 404);
    assert.equal(system.ProcessorSummary?.Count, 2);
    assert.ok(!("LogicalProcessorCount" in (system.ProcessorSummary ?? {})));
  });

  it("come from the device soon after the first contact, but never its maker's name", async () => {
    const uuid = "55e3ae13-bfd2-61bb-17a0-88aedd7037ea";
    lab = await testEmulator({
      timing: { identityDelay: 1 },
      prepare: ({ "node-1": first, "node-2": second }) => {
        const identity = async () => ({
          uuid,
          model: "10RR",
          serialNumber: "PC0",
          biosVersion: "M1UKT72A",
          firmwareVersion: "12.0.45",
          processor: { model: "i5-8500T", count: 1 },
          memoryGiB: 16,
          macs: ["c8:d9:d2:00:00:01"],
        });
        first.identity = identity;
        second.identity = identity;
      },
    });
    await eventually(async () => assert.equal((await read(SYSTEM)).Model, "10RR"));
    const system = await read(SYSTEM);
    assert.equal(system.UUID, uuid);
    assert.deepEqual(system.MemorySummary, { TotalSystemMemoryGiB: 16 });
    assert.deepEqual(system.ProcessorSummary, { Count: 1, Model: "i5-8500T" });
    assert.ok(!("Manufacturer" in system));
    assert.equal((await read(MANAGER)).FirmwareVersion, "12.0.45");
    assert.equal((await read(CHASSIS)).SerialNumber, "PC0");
    assert.equal((await read("/redfish/v1/")).Vendor, "edge-lab");
    // The configuration's own address stays; the machine without one gets the device's.
    assert.equal((await read(`${SYSTEM}/EthernetInterfaces/1`)).MACAddress, "88:ae:dd:70:37:ea");
    const other = "/redfish/v1/Systems/node-2/EthernetInterfaces/1";
    await eventually(async () => assert.equal((await read(other)).MACAddress, "c8:d9:d2:00:00:01"));
  });

  it("do not change the ETag: it belongs to what clients set", async () => {
    lab = await testEmulator({
      timing: { identityDelay: 1 },
      prepare: ({ "node-1": device }) => {
        device.identity = async () => ({ model: "10RR" });
      },
    });
    const before = (await lab.admin.get(SYSTEM)).headers.etag;
    await eventually(async () => assert.equal((await read(SYSTEM)).Model, "10RR"));
    assert.equal((await lab.admin.get(SYSTEM)).headers.etag, before);
  });

  it("include what the machine draws, where the device measures it", async () => {
    const since = Date.parse("2026-01-01T00:00:00Z");
    lab = await testEmulator({
      settings: { metrics: { anonymous: true } },
      prepare: ({ "node-1": device }) => {
        device.told = { measuresEnergy: true };
        device.energy = async () => ({
          watts: 18.5,
          totals: [
            { period: "day", wattHours: 46 },
            { period: "month", wattHours: 430, since },
          ],
        });
      },
    });
    const metrics = await lab.admin.get(`${CHASSIS}/EnvironmentMetrics`);
    // Not before the device said that it measures, which the first look has it do.
    if (metrics.status === 404) await read(SYSTEM);
    const link = (await read(CHASSIS)).EnvironmentMetrics?.["@odata.id"];
    assert.equal(String(link), `${CHASSIS}/EnvironmentMetrics`);
    const { PowerWatts, EnergykWh } = await read(String(link));
    const sensors = (await read(CHASSIS)).Sensors?.["@odata.id"];
    assert.deepEqual(PowerWatts, { DataSourceUri: `${sensors}/PowerWatts`, Reading: 18.5 });
    const month = { Reading: 0.43, SensorResetTime: "2026-01-01T00:00:00.000Z" };
    assert.deepEqual(EnergykWh, { DataSourceUri: `${sensors}/EnergykWh`, ...month });
    const [watts, energy] = [await read(`${sensors}/PowerWatts`), await read(`${sensors}/EnergykWh`)];
    assert.deepEqual([watts.Reading, watts.ReadingUnits, watts.ReadingType], [18.5, "W", "Power"]);
    assert.deepEqual([energy.Reading, energy.ReadingUnits, energy.ReadingType], [0.43, "kW.h", "EnergykWh"]);
    assert.equal((await read(String(sensors)))["Members@odata.count"], 2);
    assert.equal(await status(`${sensors}/Temperature`), 404);
    assert.equal(await status("/redfish/v1/Chassis/node-2/Sensors"), 404);
    const { text } = await lab.anonymous.get("/metrics");
    assert.match(text, /^redfish_machine_power_watts\{machine="node-1"\} 18\.5$/m);
    assert.match(text, /^redfish_machine_energy_watt_hours\{machine="node-1",period="month"\} 430$/m);
    assert.ok(!text.includes('redfish_machine_power_watts{machine="node-2"'));
    assert.equal(await status("/redfish/v1/Chassis/node-2/EnvironmentMetrics"), 404);
  });
});
