import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { testMachine } from "../support/machine.ts";
import { TestDevice } from "../support/test-device.ts";

describe("a reset of a device that fails, refuses or is busy", () => {
  it("looks before it repeats: a lost answer is not a lost action", async () => {
    const { device, power } = await testMachine();
    await power.view();
    device.actsThough = true;
    device.actFailure = new DeviceError("unreachable", "connection reset");
    assert.equal(await power.reset("On"), "accepted");
    assert.equal(device.acts.length, 1);
  });

  it("repeats what did not happen, three times at most, and then tells why", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.actFailure = new DeviceError("unreachable", "connection refused");
    const reset = assert.rejects(power.reset("On"), { kind: "unreachable" });
    await clock.pass(10_000);
    await reset;
    assert.equal(device.acts.length, 3);
  });

  it("never repeats a restart that may have happened", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    await power.view();
    device.actFailure = new DeviceError("timeout", "no answer");
    const reset = assert.rejects(power.reset("ForceRestart"), { kind: "timeout" });
    await clock.pass(10_000);
    await reset;
    assert.equal(device.acts.length, 1);
  });

  it("gives up on a device that never answers before the client does", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.gate = new Promise(() => undefined);
    const reset = assert.rejects(power.reset("On"), { kind: "timeout" });
    // Ironic hangs up after 60 s.
    await clock.pass(59_000);
    await reset;
  });

  it("passes on a refusal at once and does not count the device as lost", async () => {
    const { device, power } = await testMachine();
    await power.view();
    device.actFailure = new DeviceError("refused", "the BIOS is busy");
    await assert.rejects(power.reset("On"), { kind: "refused" });
    assert.equal(device.acts.length, 1);
    assert.equal((await power.view()).failure, undefined);
  });

  it("decides by a state read just now: somebody may have pressed the button since", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    await power.view();
    device.power = "Off";
    await clock.pass(1_000);
    assert.equal(await power.reset("On"), "accepted");
    assert.equal(device.power, "On");
  });

  it("is answered before Ironic hangs up, however much waits before it", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.gate = new Promise(() => undefined);
    let open = 5;
    const resets = (["On", "ForceOff", "ForceRestart", "On", "PowerCycle"] as const).map((type) =>
      power.reset(type).then(
        () => assert.fail("accepted"),
        () => {
          open -= 1;
        },
      ),
    );
    await clock.pass(55_000);
    assert.equal(open, 0);
    await Promise.all(resets);
    const acts = device.acts.length;
    await clock.pass(120_000);
    assert.equal(device.acts.length, acts, "no action after its client was told that it failed");
  });

  it("is answered in time although the device falls silent over the action before it", async () => {
    const { clock, device, power } = await testMachine({ timing: { actDeadline: 26_000 } });
    await power.view();
    device.slowness = 1_000;
    await power.reset("On");
    let answered = false;
    const off = power.reset("ForceOff").catch(() => {
      answered = true;
    });
    // The first one is still being watched when the second has waited for it long enough.
    await clock.pass(18_000);
    device.gate = new Promise(() => undefined);
    await clock.pass(8_000);
    assert.equal(answered, true);
    await off;
  });

  it("is answered in time although its turn comes late and the action before it has not settled", async () => {
    const { clock, device, power } = await testMachine({ timing: { actDeadline: 12_000 } });
    await power.view();
    device.slowness = 1_000;
    await power.reset("On");
    let answered = false;
    const off = power.reset("ForceOff").catch(() => {
      answered = true;
    });
    await clock.pass(12_000);
    assert.equal(answered, true);
    await off;
  });

  it("leaves the watch over the action before it alone unless it comes to act itself", async () => {
    const device = new TestDevice();
    device.actionGapMs = 300_000;
    const { clock, power } = await testMachine({ device });
    await power.view();
    device.slowness = 12;
    await power.reset("On");
    const off = assert.rejects(power.reset("ForceRestart"), { kind: "refused" });
    await clock.pass(21_000);
    await off;
    // Off was read a moment ago and would be told from the cache for half a minute.
    assert.equal((await power.view()).power, "Off");
    await clock.pass(20_000);
    assert.equal((await power.view()).power, "On");
  });

  it("keeps the rest that the device needs between two actions", async () => {
    const device = new TestDevice();
    device.actionGapMs = 10_000;
    const { clock, power } = await testMachine({ device });
    await power.view();
    await power.reset("On");
    await clock.pass(3_000);
    const off = power.reset("ForceOff");
    await clock.pass(6_999);
    assert.equal(device.acts.length, 1);
    await clock.pass(1);
    assert.equal(await off, "accepted");
    assert.deepEqual(
      device.acts.map(({ action }) => action),
      ["on", "off"],
    );
  });

  it("needs no rest for what is so already, and looks again after the rest", async () => {
    const device = new TestDevice();
    device.actionGapMs = 10_000;
    const { clock, power } = await testMachine({ device });
    await power.view();
    await power.reset("On");
    await clock.pass(2_000);
    assert.equal(await power.reset("On"), "nothing");
    const off = power.reset("ForceOff");
    await clock.pass(1_000);
    device.power = "Off";
    await clock.pass(10_000);
    assert.equal(await off, "nothing");
    assert.equal(device.acts.length, 1);
  });

  it("refuses at once what would have to wait longer than its client does", async () => {
    const device = new TestDevice();
    device.actionGapMs = 300_000;
    const { clock, power } = await testMachine({ device });
    await power.view();
    await power.reset("On");
    await clock.pass(3_000);
    await assert.rejects(power.reset("ForceOff"), { kind: "refused", message: /300 s between two actions/ });
  });
});
