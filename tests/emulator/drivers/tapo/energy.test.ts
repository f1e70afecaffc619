import assert from "node:assert/strict";
import { TapoDriver } from "../../../../emulator/src/drivers/tapo/driver.ts";
import { energyOf } from "../../../../emulator/src/drivers/tapo/energy.ts";
import { tapoOptionsSchema } from "../../../../emulator/src/drivers/tapo/options.ts";
import { startTapoDevice, type TapoDevice } from "../../../../sim/devices/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { failure, machineAt, never, recordingLogger, SECRETS } from "../support/driver-under-test.ts";
import { StepClock } from "../support/step-clock.ts";
import { TIMING } from "./tapo-bench.ts";

describe("tapo driver: energy", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function start(model: "P100" | "P110"): Promise<{ plug: TapoDevice; driver: TapoDriver }> {
    const plug = await startTapoDevice({ name: "plug-1", ...SECRETS, model, discoveryPort: 0, power: "on" });
    const options = tapoOptionsSchema.parse({ discoveryPort: plug.discoveryPort });
    const { logger } = recordingLogger();
    const clock = new StepClock(TIMING.repeatPause);
    const driver = new TapoDriver(machineAt(plug.address), options, { logger, clock, timing: TIMING });
    open.push(driver, plug);
    return { plug, driver };
  }

  it("says in passing that a P110 measures, and reads its meter without another login", async () => {
    const { plug, driver } = await start("P110");
    assert.equal((await driver.readPower(never)).measuresEnergy, true);
    const energy = await driver.energy(never);
    assert.equal(energy?.watts, 18.5);
    assert.deepEqual(
      energy?.totals.map(({ period, wattHours }) => [period, wattHours]),
      [
        ["day", 0],
        ["month", 0],
      ],
    );
    const { byOperation, logins } = plug.counters;
    assert.deepEqual(
      { byOperation, logins },
      { byOperation: { get_device_info: 1, get_energy_usage: 1 }, logins: 1 },
    );
  });

  it("asks a P100 nothing", async () => {
    const { plug, driver } = await start("P100");
    assert.equal((await driver.readPower(never)).measuresEnergy, false);
    assert.equal(await driver.energy(never), undefined);
    assert.deepEqual(plug.counters.byOperation, { get_device_info: 1 });
  });

  it("asks a P110 that does not know its meter once, with the session kept, until its firmware is another", async () => {
    const { plug, driver } = await start("P110");
    plug.setFaults({ noEnergy: true });
    await driver.readPower(never);
    assert.equal(await driver.energy(never), undefined);
    assert.equal((await driver.readPower(never)).measuresEnergy, false);
    assert.equal(await driver.energy(never), undefined);
    assert.equal(plug.counters.byOperation.get_energy_usage, 1);
    assert.equal(plug.counters.logins, 1);
  });

  it("still takes a new session for error 1002 where the method is known to all", async () => {
    const { plug, driver } = await start("P110");
    plug.setFaults({ errorCode: 1002 });
    await failure("device", driver.readPower(never));
    assert.equal(plug.counters.logins, 2);
  });
});

describe("the answer of a Tapo plug's meter", () => {
  const clock = new FakeClock();
  const answer = {
    current_power: 18_512,
    today_energy: 46,
    month_energy: 430,
    local_time: "2026-01-01 01:00:02",
  };

  it("is taken in watts and watt-hours, its periods with their begin by the plug's time zone", () => {
    assert.deepEqual(energyOf(answer, "plug", clock), {
      watts: 18.512,
      totals: [
        { period: "day", wattHours: 46, since: Date.parse("2025-12-31T23:00:00Z") },
        { period: "month", wattHours: 430, since: Date.parse("2025-12-31T23:00:00Z") },
      ],
    });
  });

  it("has no begin of periods by a clock that is wrong or missing", () => {
    for (const local_time of ["1970-01-01 00:00:10", "2026-01-01 00:08:00", "soon", undefined, 7]) {
      const { totals } = energyOf({ ...answer, local_time }, "plug", clock);
      assert.deepEqual(totals, [
        { period: "day", wattHours: 46 },
        { period: "month", wattHours: 430 },
      ]);
    }
  });

  it("may leave out everything but the present power", () => {
    assert.deepEqual(energyOf({ current_power: 0 }, "plug", clock), { watts: 0, totals: [] });
    for (const wrong of [undefined, {}, { current_power: "1" }, { current_power: -1 }])
      assert.throws(() => energyOf(wrong, "plug", clock), { kind: "device" });
  });
});
