import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { testMachine } from "../support/machine.ts";
import { TestDevice } from "../support/test-device.ts";

const unreachable = () => new DeviceError("unreachable", "connection refused");

describe("the power state cache", () => {
  it("asks the device once for any number of callers at once", async () => {
    const { device, power } = await testMachine();
    device.power = "On";
    const views = await Promise.all(Array.from({ length: 100 }, () => power.view()));
    assert.equal(device.calls, 1);
    assert.ok(views.every((view) => view.power === "On"));
  });

  it("answers from the cache for 30 s and then asks again", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.power = "On";
    await clock.pass(29_999);
    assert.equal((await power.view()).power, "Off");
    assert.equal(device.reads, 1);
    await clock.pass(1);
    assert.equal((await power.view()).power, "On");
    assert.equal(device.reads, 2);
  });

  it("tells the age of the state", async () => {
    const { clock, power } = await testMachine();
    await power.view();
    await clock.pass(12_000);
    assert.equal((await power.view()).age, 12_000);
  });

  it("keeps no state longer because the wall clock was set back", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    clock.jump(-3_600_000);
    await clock.pass(30_001);
    await power.view();
    assert.equal(device.reads, 2);
  });

  it("goes on from the stored state after a restart, its age included", async () => {
    const clock = new FakeClock();
    const first = await testMachine({ clock });
    first.device.power = "On";
    await first.power.view();
    await clock.pass(20_000);
    const device = new TestDevice();
    const { power } = await testMachine({ clock, device, store: first.store });
    assert.equal((await power.view()).power, "On");
    assert.equal(device.reads, 0);
    await clock.pass(10_001);
    assert.equal((await power.view()).power, "Off");
    assert.equal(device.reads, 1);
  });

  it("distrusts a stored state from the future", async () => {
    const clock = new FakeClock();
    const first = await testMachine({ clock });
    await first.power.view();
    clock.jump(-60_000);
    const device = new TestDevice();
    const { power } = await testMachine({ clock, device, store: first.store });
    await power.view();
    assert.equal(device.reads, 1);
  });
});

describe("a device that does not answer", () => {
  it("never makes a view fail: the last known state stays, with age and reason", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    await power.view();
    device.failure = unreachable();
    await clock.pass(31_000);
    const view = power.view();
    await clock.pass(40);
    assert.equal((await view).power, "On");
    await clock.pass(2_000);
    const { power: state, age, failure } = await power.view();
    assert.equal(state, "On");
    assert.ok(age !== undefined && age >= 31_000);
    assert.equal(failure?.error.kind, "unreachable");
  });

  it("repeats a read that failed at once, and forgets the failure", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    device.failure = unreachable();
    const view = power.view();
    await clock.pass(100);
    device.failure = undefined;
    await clock.pass(1_000);
    const { power: state, failure } = await view;
    assert.equal(state, "On");
    assert.equal(failure, undefined);
    assert.equal(device.reads, 2);
  });

  it("says Off, never nothing, when the device was never reached", async () => {
    const { clock, device, power } = await testMachine();
    device.failure = unreachable();
    const view = power.view();
    await clock.pass(5_000);
    assert.equal((await view).power, "Off");
    assert.equal((await view).readAt, undefined);
  });

  it("keeps a client no more than 40 ms when it falls silent, and later clients not at all", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    await power.view();
    device.gate = new Promise(() => undefined);
    await clock.pass(30_000);
    let answered = false;
    const view = power.view().then((result) => {
      answered = true;
      return result;
    });
    await clock.pass(39);
    assert.equal(answered, false);
    await clock.pass(1);
    assert.equal((await view).power, "On");
    // The device is still being asked; whoever comes now waits no second time.
    assert.equal((await power.view()).power, "On");
    await clock.pass(15_000);
    // No time passes here, so this one cannot have waited.
    assert.equal((await power.view()).failure?.error.kind, "timeout");
    // Nor does the one whose question makes the emulator ask the device again.
    await clock.pass(10_000);
    const { reads } = device;
    assert.equal((await power.view()).power, "On");
    assert.equal(device.reads, reads + 1);
  });

  it("that was never reached keeps only the first client waiting, for 5 s", async () => {
    const { clock, device, power } = await testMachine();
    device.gate = new Promise(() => undefined);
    const first = power.view();
    await clock.pass(3_000);
    const second = power.view();
    await clock.pass(2_000);
    assert.equal((await first).readAt, undefined);
    assert.equal((await second).readAt, undefined);
    assert.equal((await power.view()).power, "Off");
  });

  it("keeps nobody waiting who looks while it is being asked to act", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.gate = new Promise(() => undefined);
    const reset = power.reset("On").catch(() => undefined);
    await clock.pass(10);
    assert.equal(device.acts.length, 1);
    assert.equal((await power.view()).power, "Off");
    await clock.pass(60_000);
    await reset;
  });

  it("is asked more and more rarely, and at once again when it answers", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.failure = new DeviceError("device", "garbage");
    await clock.pass(30_000);
    await power.view();
    const before = device.reads;
    for (let second = 0; second < 120; second += 1) {
      await power.view();
      await clock.pass(1_000);
    }
    // Pauses of 5, 10, 20, 40, 60 s: four or five reads in two minutes instead of 120.
    assert.ok(device.reads - before >= 3 && device.reads - before <= 6, `${device.reads - before} reads`);
    device.failure = undefined;
    device.power = "On";
    await clock.pass(60_000);
    await power.view();
    await clock.pass(0);
    const view = await power.view();
    assert.equal(view.power, "On");
    assert.equal(view.failure, undefined);
  });

  it("is left alone for a minute after it refused our login", async () => {
    const { clock, device, power } = await testMachine();
    device.failure = new DeviceError("bad-credentials", "the password is wrong");
    await power.view();
    await assert.rejects(power.reset("On"), { kind: "bad-credentials" });
    await clock.pass(59_000);
    await power.view();
    assert.equal(device.calls, 1);
    await clock.pass(2_000);
    await power.view();
    assert.equal(device.calls, 2);
  });
});
