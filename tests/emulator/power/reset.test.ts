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

describe("a boot override", () => {
  const pxeOnce = { target: "Pxe", enabled: "Once", mode: "UEFI" } as const;

  it("is used by the next start and then reads Disabled", async () => {
    const { device, power } = await testMachine();
    await power.view();
    await power.setBoot(pxeOnce);
    await power.reset("On");
    assert.deepEqual(device.acts, [{ action: "on", boot: { target: "Pxe", mode: "UEFI" } }]);
    assert.deepEqual(power.boot, { target: "None", enabled: "Disabled", mode: "UEFI" });
  });

  it("is not spent by switching off, by an action without effect, or by one that fails", async () => {
    const { clock, device, power } = await testMachine();
    device.power = "On";
    await power.view();
    await power.setBoot(pxeOnce);
    await power.reset("On");
    await power.reset("Nmi");
    await power.reset("ForceOff");
    await clock.pass(1_000);
    device.actFailure = new DeviceError("refused", "busy");
    await assert.rejects(power.reset("On"));
    assert.deepEqual(power.boot, pxeOnce);
  });

  it("stays when it is continuous, and is handed over at every start", async () => {
    const { clock, device, power } = await testMachine();
    const hdd = { target: "Hdd", enabled: "Continuous", mode: "Legacy" } as const;
    await power.view();
    await power.setBoot(hdd);
    await power.reset("On");
    await clock.pass(10_000);
    await power.reset("ForceRestart");
    assert.deepEqual(
      device.acts.map(({ action, boot }) => [action, boot?.target, boot?.mode]),
      [
        ["on", "Hdd", "Legacy"],
        ["reset", "Hdd", "Legacy"],
      ],
    );
    assert.deepEqual(power.boot, hdd);
  });

  it("that a client sets while a start is under way is kept for the next one", async () => {
    const { clock, device, power } = await testMachine();
    let open = (): void => undefined;
    await power.view();
    await power.setBoot(pxeOnce);
    device.gate = new Promise((resolve) => {
      open = resolve;
    });
    const reset = power.reset("On");
    await clock.pass(0);
    assert.equal(device.acts.length, 1);
    const hddOnce = { target: "Hdd", enabled: "Once", mode: "UEFI" } as const;
    await power.setBoot(hddOnce);
    open();
    await reset;
    assert.deepEqual(power.boot, hddOnce);
  });
});
