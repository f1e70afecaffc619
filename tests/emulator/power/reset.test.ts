import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { testMachine } from "../support/machine.ts";
import { TestDevice } from "../support/test-device.ts";

describe("a reset", () => {
  it("does nothing, not even a read, when the fresh state is the wished one", async () => {
    const { device, power } = await testMachine();
    await power.view();
    assert.equal(await power.reset("ForceOff"), "nothing");
    assert.equal(device.calls, 1);
  });

  it("reads a state that is too old before it decides", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    await clock.pass(30_001);
    device.power = "On";
    assert.equal(await power.reset("On"), "nothing");
    assert.deepEqual(device.acts, []);
  });

  it("is never answered by a state from before it", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    assert.equal(await power.reset("On"), "accepted");
    assert.equal((await power.view()).power, "On");
    await clock.pass(10_000);
    assert.equal(await power.reset("ForceOff"), "accepted");
    assert.equal((await power.view()).power, "Off");
    assert.deepEqual(
      device.acts.map(({ action }) => action),
      ["on", "off"],
    );
  });

  it("discards a read that was under way when it was sent", async () => {
    const { clock, device, power } = await testMachine();
    let open = (): void => undefined;
    await power.view();
    await clock.pass(30_001);
    device.gate = new Promise((resolve) => {
      open = resolve;
    });
    const view = power.view();
    const reset = power.reset("On");
    device.gate = undefined;
    open();
    assert.equal(await reset, "accepted");
    assert.ok(["On", "Off"].includes((await view).power));
    assert.equal((await power.view()).power, "On");
    assert.equal(device.overlap, 1);
  });

  it("follows a slow device until it has settled, and then reads no more", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.slowness = 3;
    await power.reset("On");
    assert.equal((await power.view()).power, "Off");
    await clock.pass(10_000);
    const { reads } = device;
    const view = await power.view();
    assert.equal(view.power, "On");
    assert.equal(view.unsettled, undefined);
    await clock.pass(25_000);
    assert.equal(device.reads, reads);
  });

  it("says so when the device accepted and nothing happened", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.ignores = true;
    await power.reset("On");
    await clock.pass(70_000);
    const view = await power.view();
    assert.equal(view.power, "Off");
    assert.equal(view.unsettled?.resetType, "On");
    device.power = "On";
    await clock.pass(31_000);
    assert.equal((await power.view()).unsettled, undefined);
  });

  it("says PoweringOff, not On, when the device accepted and then fell silent", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    await power.view();
    await power.reset("ForceOff");
    device.failure = new DeviceError("unreachable", "gone to sleep");
    const view = power.view();
    await clock.pass(2_000);
    assert.equal((await view).power, "PoweringOff");
  });

  it("does not claim PoweringOff for a graceful shutdown, which Ironic would take for off", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    await power.view();
    await power.reset("GracefulShutdown");
    device.failure = new DeviceError("unreachable", "no answer");
    const view = power.view();
    await clock.pass(2_000);
    assert.equal((await view).power, "On");
  });

  it("waits for the action before it, since a device must finish one change before the next", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    device.slowness = 2;
    await power.reset("On");
    let done = false;
    const off = power.reset("ForceOff").then((outcome) => {
      done = true;
      return outcome;
    });
    await clock.pass(600);
    assert.equal(done, false);
    await clock.pass(20_000);
    assert.equal(await off, "accepted");
    assert.deepEqual(
      device.acts.map(({ action }) => action),
      ["on", "off"],
    );
  });

  it("does not wait for a graceful shutdown that nothing answers", async () => {
    const { device, power } = await testMachine();
    device.power = "On";
    await power.view();
    device.ignores = true;
    await power.reset("GracefulShutdown");
    device.ignores = false;
    assert.equal(await power.reset("ForceOff"), "accepted");
    assert.equal((await power.view()).power, "Off");
  });

  it("starts a machine that is off when a restart is asked for", async () => {
    const { device, power } = await testMachine();
    await power.view();
    await power.reset("ForceRestart");
    assert.deepEqual(device.acts, [{ action: "on", boot: undefined }]);
  });

  it("offers graceful actions only while the device lists them", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    device.listed = ["off", "cycle", "reset"];
    assert.ok(!(await power.view()).resetTypes.includes("GracefulShutdown"));
    assert.ok((await power.view()).resetTypes.includes("On"));
    assert.equal(await power.reset("GracefulShutdown"), "unsupported");
    device.listed = ["off", "gracefulOff"];
    await clock.pass(30_001);
    assert.ok((await power.view()).resetTypes.includes("GracefulShutdown"));
  });

  it("cuts the power for GracefulShutdown only where the configuration says so", async () => {
    const { device, power } = await testMachine({ machine: { gracefulShutdown: "forceOff" } });
    device.capabilities = { ...device.capabilities, actions: ["on", "off"] };
    device.power = "On";
    assert.deepEqual((await power.view()).resetTypes, ["On", "ForceOn", "ForceOff", "GracefulShutdown"]);
    await power.reset("GracefulShutdown");
    assert.deepEqual(
      device.acts.map(({ action }) => action),
      ["off"],
    );
  });
});

describe("an action cut off by the end of the process", () => {
  it("leaves no state behind that the next process takes for a present one", async () => {
    const first = await testMachine();
    await first.power.view();
    first.device.gate = new Promise(() => undefined);
    void first.power.reset("On").catch(() => undefined);
    await first.clock.pass(100);
    const device = new TestDevice();
    device.power = "On";
    const { power } = await testMachine({ clock: first.clock, store: first.store, device });
    assert.equal((await power.view()).power, "On");
    assert.equal(device.reads, 1);
  });
});
