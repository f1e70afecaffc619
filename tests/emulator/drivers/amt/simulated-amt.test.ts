import assert from "node:assert/strict";
import { AmtDriver } from "../../../../emulator/src/drivers/amt/driver.ts";
import { amtOptionsSchema } from "../../../../emulator/src/drivers/amt/options.ts";
import { type AmtDevice, type AmtDeviceOptions, startAmtDevice } from "../../../../sim/devices/index.ts";
import { failure, machineAt, never, recordingLogger, SECRETS } from "../support/driver-under-test.ts";
import { StepClock } from "../support/step-clock.ts";
import { TIMING } from "./amt-bench.ts";

const ENGINE = { settleMs: 901, busyMs: 4_000, cycleOffMs: 302, gracefulMs: 1_803 };

/** The simulator was written from the same facts by somebody else: neither knows the other's code. */
describe("amt driver against the simulated AMT 12", () => {
  let amt: AmtDevice;
  let driver: AmtDriver;
  /** Driver and engine live in one time. */
  let clock: StepClock;

  beforeEach(() => {
    clock = new StepClock(TIMING.wakePause, TIMING.busyPause, TIMING.settle);
  });
  afterEach(async () => {
    await driver.close();
    await amt.close();
  });

  async function start(options: Partial<AmtDeviceOptions> = {}, login = SECRETS): Promise<void> {
    amt = await startAmtDevice({ name: "amt-1", ...SECRETS, timing: ENGINE, clock, ...options });
    const tls = options.tls ? { tls: true, fingerprint256: amt.fingerprint256 } : {};
    driver = new AmtDriver(machineAt(amt.address, login), amtOptionsSchema.parse(tls), {
      logger: recordingLogger().logger,
      clock,
      timing: TIMING,
    });
  }

  /** Until the machine and its firmware have come to rest. */
  function settle(): void {
    clock.pass(10_000);
  }

  it("reads, switches on and off, and needs one login for it", async () => {
    await start();
    assert.equal((await driver.readPower(never)).power, "Off");
    await driver.act("on", undefined, never);
    settle();
    assert.equal((await driver.readPower(never)).power, "On");
    await driver.act("off", undefined, never);
    settle();
    assert.equal((await driver.readPower(never)).power, "Off");
    assert.equal(amt.counters.logins, 1);
    assert.equal(amt.counters.refused, 1);
    assert.equal(amt.counters.byOperation["CIM_AssociatedPowerManagementService.Get"], 5);
  });

  for (const [target, source] of [
    ["Pxe", "pxe"],
    ["Hdd", "disk"],
    ["Cd", "cd"],
  ] as const) {
    it(`boots ${target} once from off, and by its own order after that`, async () => {
      await start();
      await driver.act("on", { target, mode: "UEFI" }, never);
      settle();
      await driver.act("reset", undefined, never);
      settle();
      assert.deepEqual(
        amt.boots.map((boot) => [boot.cause, boot.source, boot.conflict]),
        [
          ["on", source, false],
          ["reset", null, false],
        ],
      );
    });
  }

  for (const action of ["reset", "cycle"] as const) {
    it(`boots PXE by ${action} from on`, async () => {
      await start({ power: "on" });
      await driver.act(action, { target: "Pxe" }, never);
      settle();
      settle();
      assert.deepEqual(
        amt.boots.map((boot) => [boot.cause, boot.source]),
        [[action, "pxe"]],
      );
      assert.equal((await driver.readPower(never)).power, "On");
    });
  }

  it("enters the setup, without a source beside it", async () => {
    await start();
    await driver.act("on", { target: "BiosSetup" }, never);
    settle();
    const [boot] = amt.boots;
    assert.equal(boot?.settings.BIOSSetup, "true");
    assert.deepEqual([boot?.source, boot?.conflict], [null, false]);
  });

  it("clears a source that older firmware keeps", async () => {
    await start({ faults: { sourceSticks: true } });
    await driver.act("on", { target: "Pxe" }, never);
    settle();
    await driver.act("reset", { target: "BiosSetup" }, never);
    settle();
    assert.deepEqual([amt.boots.at(-1)?.source, amt.boots.at(-1)?.conflict], [null, false]);
  });

  it("names the missing rights when boot options need user consent, and does not start the machine", async () => {
    await start({ faults: { consentRequired: true } });
    const error = await failure("refused", driver.act("on", { target: "Pxe" }, never));
    assert.match(error.message, /AccessDenied.*OptInRequired 0/);
    settle();
    assert.equal(amt.power, "off");
  });

  it("offers and does graceful actions only while LMS runs", async () => {
    await start({ power: "on" });
    assert.ok(!(await driver.readPower(never)).actions?.includes("gracefulOff"));
    await failure("refused", driver.act("gracefulOff", undefined, never));
    amt.setFaults({ lms: true });
    assert.ok((await driver.readPower(never)).actions?.includes("gracefulOff"));
    await driver.act("gracefulOff", undefined, never);
    settle();
    assert.equal(amt.power, "off");
  });

  it("waits for the BIOS when a second action follows at once", async () => {
    await start();
    await driver.act("on", undefined, never);
    clock.pass(ENGINE.settleMs);
    assert.equal((await driver.readPower(never)).power, "On");
    await driver.act("off", undefined, never);
    settle();
    assert.equal(amt.power, "off");
    assert.ok(clock.begun.includes(TIMING.busyPause));
  });

  it("gives up on an engine that stays busy", async () => {
    await start({ power: "on", faults: { busy: true } });
    const error = await failure("refused", driver.act("off", undefined, never));
    assert.match(error.message, /answered 2/);
  });

  it("tells a ReturnValue by number and meaning", async () => {
    await start({ power: "on", faults: { returnValue: 4 } });
    const error = await failure("device", driver.act("off", undefined, never));
    assert.match(error.message, /RequestPowerStateChange 8 \(off\) answered 4 \(failed\)/);
  });

  for (const [action, from, to] of [
    ["on", "off", "on"],
    ["off", "on", "off"],
    ["reset", "on", "on"],
  ] as const) {
    it(`does ${action} once although its answer is lost`, async () => {
      await start({ power: from, faults: { resetAfterCommand: 1 } });
      await driver.act(action, undefined, never);
      settle();
      assert.equal(amt.power, to);
      assert.equal(amt.counters.byOperation["CIM_PowerManagementService.RequestPowerStateChange"], 1);
    });
  }

  it("takes stale nonces and short-lived ones in its stride", async () => {
    await start({ faults: { nonceUses: 3 } });
    for (let read = 0; read < 10; read += 1) await driver.readPower(never);
    amt.forgetNonces();
    await driver.readPower(never);
    assert.equal(amt.counters.failedLogins, 0);
    assert.equal(amt.counters.powerReads, 11);
  });

  it("answers the challenges of AMT 14", async () => {
    await start({ faults: { authInt: true, keepConnectionOn401: true } });
    assert.equal((await driver.readPower(never)).power, "Off");
  });

  it("makes one failed login per call at most, in a row of wrong ones and after a change of the password", async () => {
    await start({}, { ...SECRETS, password: "another" });
    for (let call = 1; call <= 3; call += 1) {
      await failure("bad-credentials", driver.readPower(never));
      assert.equal(amt.counters.failedLogins, call);
    }
    assert.equal(amt.counters.total, 0);
  });

  it("does not hammer an engine that refuses a password it took before", async () => {
    await start();
    await driver.readPower(never);
    amt.setFaults({ refuseLogins: true });
    await failure("bad-credentials", driver.readPower(never));
    // AMT forgets nonces without calling them stale, so the first refusal may be no more than that.
    assert.ok(amt.counters.failedLogins <= 2, String(amt.counters.failedLogins));
    const before = amt.counters.failedLogins;
    await failure("bad-credentials", driver.readPower(never));
    assert.equal(amt.counters.failedLogins, before + 1);
    amt.setFaults({});
    assert.equal((await driver.readPower(never)).power, "Off");
  });

  it("is let in again after a lock-out", async () => {
    await start();
    amt.setFaults({ refuseLogins: true });
    for (let call = 0; call < 11; call += 1) await failure("bad-credentials", driver.readPower(never));
    amt.setFaults({});
    const error = await failure("bad-credentials", driver.readPower(never));
    assert.match(error.message, /locked for some seconds/);
    clock.pass(90_000);
    assert.equal((await driver.readPower(never)).power, "Off");
  });

  it("wakes a sleeping engine", async () => {
    await start({ faults: { sleepAfterMs: 60_000, wakeMs: 2_000 } });
    clock.pass(120_000);
    await driver.act("on", undefined, never);
    settle();
    assert.equal(amt.power, "on");
    assert.ok(clock.begun.includes(TIMING.wakePause));
  });

  it("does not wait for a silent engine for ever", async () => {
    await start({ faults: { silent: true } });
    await Promise.all([failure("timeout", driver.readPower(never)), clock.expire(TIMING.answer)]);
    amt.setFaults({});
    assert.equal((await driver.readPower(never)).power, "Off");
  });

  for (const faults of [{ httpStatus: 503 }, { brokenXml: true }]) {
    it(`says that the engine answers badly with ${JSON.stringify(faults)}`, async () => {
      await start({ faults });
      await failure("device", driver.readPower(never));
    });
  }

  it("knows the machine, also from an engine that gives one item per pull", async () => {
    const macs = ["88:ae:dd:70:37:ea"];
    await start({ uuid: "55e3ae13-bfd2-61bb-17a0-88aedd7037ea", macs, faults: { pullItems: 1 } });
    const identity = await driver.identity(never);
    assert.equal(identity.uuid, amt.uuid);
    assert.deepEqual(identity.macs, macs);
    for (const fact of [
      identity.model,
      identity.serialNumber,
      identity.biosVersion,
      identity.processor?.model,
    ]) {
      assert.ok(fact, JSON.stringify(identity));
    }
    assert.match(identity.firmwareVersion ?? "", /^12\./);
    assert.equal("manufacturer" in identity, false);
    // Told in passing by every answer, with the build.
    assert.equal((await driver.readPower(never)).firmwareVersion, `${identity.firmwareVersion}.1509`);
    assert.ok((identity.memoryGiB ?? 0) >= 1);
  });

  it("speaks TLS with a pinned fingerprint", async () => {
    await start({ tls: true });
    await driver.act("on", { target: "Pxe" }, never);
    settle();
    assert.equal(amt.boots[0]?.source, "pxe");
  });
});
