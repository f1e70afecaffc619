import assert from "node:assert/strict";
import type { EnergyReading } from "../../../emulator/src/drivers/driver.ts";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { type TestMachine, testMachine } from "../support/machine.ts";
import { TestDevice } from "../support/test-device.ts";

const METER: EnergyReading = { watts: 18.5, totals: [{ period: "month", wattHours: 430 }] };

describe("the energy meter of a device", () => {
  let answer: EnergyReading | DeviceError | undefined;
  let asked: number;

  beforeEach(() => {
    answer = METER;
    asked = 0;
  });

  async function start(measuresEnergy: boolean | null = true): Promise<TestMachine> {
    const device = new TestDevice();
    if (measuresEnergy !== null) device.told = { measuresEnergy };
    device.energy = async () => {
      asked += 1;
      if (answer instanceof DeviceError) throw answer;
      return answer;
    };
    return await testMachine({ device, minimumGap: 250 });
  }
  async function look({ clock, power }: TestMachine) {
    const view = power.view();
    await clock.pass(300);
    await view;
    return power.lastView.energy;
  }

  it("is read in the wake of the power state, once for any number of callers", async () => {
    const lab = await start();
    await Promise.all(Array.from({ length: 50 }, () => lab.power.view()));
    await lab.clock.pass(300);
    assert.deepEqual(lab.power.lastView.energy, { ...METER, at: lab.clock.now() - 50 });
    assert.equal(asked, 1);
    assert.equal(lab.device.reads, 1);
  });

  it("is read no more often than the power state", async () => {
    const lab = await start();
    for (let second = 0; second < 120; second += 1) {
      await lab.power.view();
      await lab.clock.pass(1_000);
    }
    assert.equal(lab.device.reads, 4);
    assert.equal(asked, 4);
  });

  it("is left alone where the device has none, or does not say so", async () => {
    for (const measures of [false, null]) {
      const lab = await start(measures);
      assert.equal(await look(lab), undefined);
      assert.equal(lab.power.measuresEnergy, false);
    }
    assert.equal(asked, 0);
  });

  it("that is not there after all is not claimed", async () => {
    answer = undefined;
    const lab = await start();
    await look(lab);
    assert.equal(asked, 1);
    assert.equal(lab.power.measuresEnergy, false);
  });

  it("is left alone for five minutes after a failure, which harms nothing", async () => {
    answer = new DeviceError("device", "garbage");
    const lab = await start();
    for (let minute = 0; minute < 5; minute += 1) {
      await look(lab);
      await lab.clock.pass(59_000);
    }
    assert.equal(asked, 1);
    assert.equal(lab.power.breakerState, "closed");
    assert.equal((await lab.power.view()).failure, undefined);
    await lab.clock.pass(30_000);
    answer = METER;
    assert.equal((await look(lab))?.watts, 18.5);
    assert.equal(lab.power.measuresEnergy, true);
  });

  it("is never told from before an action", async () => {
    const lab = await start();
    lab.device.power = "On";
    assert.equal((await look(lab))?.watts, 18.5);
    answer = { watts: 0, totals: [] };
    const reset = lab.power.reset("ForceOff");
    await lab.clock.pass(300);
    await reset;
    assert.notEqual(lab.power.lastView.energy?.watts, 18.5);
    await lab.clock.pass(1_000);
    assert.equal(lab.power.lastView.energy?.watts, 0);
  });

  it("is not told as the present after five minutes", async () => {
    const lab = await start();
    await look(lab);
    lab.device.failure = new DeviceError("device", "garbage");
    await lab.clock.pass(299_000);
    assert.equal(lab.power.lastView.energy?.watts, 18.5);
    await lab.clock.pass(2_000);
    assert.equal(lab.power.lastView.energy, undefined);
    assert.equal(lab.power.measuresEnergy, true);
  });

  it("is waited for by whoever asks for it, for two seconds at most", async () => {
    const lab = await start();
    const energy = lab.power.energy();
    await lab.clock.pass(300);
    assert.equal((await energy)?.watts, 18.5);
    lab.device.gate = new Promise(() => undefined);
    await lab.clock.pass(400_000);
    let waited = true;
    const later = lab.power.energy().finally(() => {
      waited = false;
    });
    await lab.clock.pass(1_990);
    assert.equal(waited, true);
    await lab.clock.pass(60);
    assert.equal(await later, undefined);
  });
});
