import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { testMachine } from "../support/machine.ts";

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

  it("is over after a start whose answer was lost", async () => {
    const { device, power } = await testMachine();
    await power.view();
    await power.setBoot(pxeOnce);
    device.actsThough = true;
    device.actFailure = new DeviceError("unreachable", "connection reset");
    assert.equal(await power.reset("On"), "accepted");
    assert.deepEqual(power.boot, { target: "None", enabled: "Disabled", mode: "UEFI" });
  });

  it("is over when the device fell silent over the start and the machine is on: nobody can tell who started it", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    await power.setBoot(pxeOnce);
    device.gate = new Promise(() => undefined);
    const reset = power.reset("On");
    await clock.pass(0);
    device.power = "On";
    device.gate = undefined;
    await clock.pass(36_000);
    assert.equal(await reset, "accepted");
    assert.equal(device.acts.length, 1);
    assert.deepEqual(power.boot, { target: "None", enabled: "Disabled", mode: "UEFI" });
  });

  it("is kept when the device did not take the start and somebody else switched the machine on", async () => {
    const { clock, device, power } = await testMachine();
    let open = (): void => undefined;
    await power.view();
    await power.setBoot(pxeOnce);
    device.gate = new Promise((resolve) => {
      open = resolve;
    });
    device.actFailure = new DeviceError("session-lost", "session gone");
    const reset = power.reset("On");
    await clock.pass(0);
    device.power = "On";
    open();
    assert.equal(await reset, "nothing");
    assert.equal(device.acts.length, 1);
    assert.deepEqual(power.boot, pxeOnce);
  });

  it("is kept when the device finds the machine on already", async () => {
    const { clock, device, power } = await testMachine();
    await power.view();
    await power.setBoot(pxeOnce);
    device.looks = true;
    // Somebody pressed the button since the state was read, half a second ago.
    device.power = "On";
    await clock.pass(500);
    assert.equal(await power.reset("On"), "nothing");
    assert.equal((await power.view()).power, "On");
    assert.deepEqual(power.boot, pxeOnce);
  });

  it("is over after its start although the mode alone was changed meanwhile", async () => {
    const { clock, device, power } = await testMachine();
    let open = (): void => undefined;
    await power.view();
    await power.setBoot(pxeOnce);
    device.gate = new Promise((resolve) => {
      open = resolve;
    });
    const reset = power.reset("On");
    await clock.pass(0);
    await power.setBoot({ mode: "Legacy" });
    open();
    await reset;
    assert.deepEqual(power.boot, { target: "None", enabled: "Disabled", mode: "Legacy" });
  });
});
