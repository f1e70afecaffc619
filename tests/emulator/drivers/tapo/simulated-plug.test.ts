import assert from "node:assert/strict";
import { TapoDriver } from "../../../../emulator/src/drivers/tapo/driver.ts";
import { tapoOptionsSchema } from "../../../../emulator/src/drivers/tapo/options.ts";
import { startTapoDevice, type TapoDevice } from "../../../../sim/devices/index.ts";
import { failure, machineAt, never, recordingLogger, SECRETS } from "../support/driver-under-test.ts";
import { StepClock } from "../support/step-clock.ts";
import { OFF_TIME, TIMING } from "./tapo-bench.ts";

/** The simulator was written from the same facts by somebody else: neither knows the other's code. */
describe("tapo driver against the simulated P100", () => {
  let plug: TapoDevice;
  let driver: TapoDriver;
  let clock: StepClock;

  beforeEach(async () => {
    plug = await startTapoDevice({ name: "plug-1", ...SECRETS, discoveryPort: 0 });
    clock = new StepClock(TIMING.repeatPause, OFF_TIME);
    driver = driverFor(SECRETS);
  });
  afterEach(async () => {
    await driver.close();
    await plug.close();
  });

  function driverFor(login: typeof SECRETS): TapoDriver {
    const options = tapoOptionsSchema.parse({ discoveryPort: plug.discoveryPort });
    const { logger } = recordingLogger();
    return new TapoDriver(machineAt(plug.address, login), options, { logger, clock, timing: TIMING });
  }

  it("reads and switches with one login, and never does anything the plug refuses", async () => {
    for (let round = 0; round < 3; round += 1) {
      await driver.act("on", { target: "Pxe" }, never);
      assert.equal((await driver.readPower(never)).power, "On");
      await driver.act("off", undefined, never);
      assert.equal((await driver.readPower(never)).power, "Off");
    }
    const { logins, failedLogins, refused, total } = plug.counters;
    assert.deepEqual(
      { logins, failedLogins, refused, total },
      { logins: 1, failedLogins: 0, refused: 0, total: 12 },
    );
  });

  it("cycles", async () => {
    await driver.act("on", undefined, never);
    await driver.act("cycle", undefined, never);
    assert.equal(plug.power, "on");
    assert.deepEqual(
      plug.boots.map((boot) => boot.cause),
      ["on", "on"],
    );
    assert.ok(clock.begun.includes(OFF_TIME));
  });

  it("sees the button being pressed", async () => {
    assert.equal((await driver.readPower(never)).power, "Off");
    plug.pressButton();
    assert.equal((await driver.readPower(never)).power, "On");
  });

  it("takes the session back once when somebody else logged in", async () => {
    await driver.readPower(never);
    const other = driverFor(SECRETS);
    await other.readPower(never);
    await driver.act("on", undefined, never);
    assert.equal(plug.power, "on");
    assert.equal(plug.counters.logins, 3);
    await other.close();
  });

  it("logs in again when its session has expired", async () => {
    await driver.readPower(never);
    plug.dropSessions();
    assert.equal((await driver.readPower(never)).power, "Off");
    assert.equal(plug.counters.logins, 2);
  });

  for (const [title, login] of [
    ["a wrong password", { ...SECRETS, password: "another" }],
    ["another case of the e-mail", { ...SECRETS, username: SECRETS.username.toLowerCase() }],
  ] as const) {
    it(`tells ${title}`, async () => {
      await driver.close();
      driver = driverFor(login);
      await failure("bad-credentials", driver.readPower(never));
      assert.equal(plug.counters.logins, 0);
    });
  }

  it("tells a proof that fits no credentials, as after a change of the account's password", async () => {
    plug.setFaults({ wrongProof: true });
    await failure("bad-credentials", driver.readPower(never));
  });

  it("tells that third-party compatibility is off", async () => {
    plug.setFaults({ compatibilityOff: true });
    const error = await failure("needs-compatibility-switch", driver.readPower(never));
    assert.match(error.message, /TPAP only/);
    assert.equal(plug.counters.httpRequests, 3);
  });

  it("wakes a plug that lost power by a discovery probe", async () => {
    plug.setFaults({ deadUntilProbe: true });
    assert.equal((await driver.readPower(never)).power, "Off");
    assert.equal(plug.faults.deadUntilProbe, false);
  });

  it("wakes it also when it lost power in the middle of a session", async () => {
    await driver.readPower(never);
    plug.dropSessions();
    plug.setFaults({ deadUntilProbe: true });
    await driver.act("on", undefined, never);
    assert.equal(plug.power, "on");
  });

  it("backs off from a plug that is asked too often", async () => {
    await driver.readPower(never);
    plug.setFaults({ rateLimit: { requests: 1, windowMs: 60_000 } });
    await driver.readPower(never).catch(() => undefined);
    const before = plug.counters.httpRequests;
    await failure("rate-limited", driver.readPower(never));
    assert.equal(plug.counters.httpRequests, before + 1);
  });

  it("does not wait for a silent plug for ever, and comes back to it", async () => {
    await driver.readPower(never);
    plug.setFaults({ silent: true });
    const read = driver.readPower(never);
    await Promise.all([failure("timeout", read), clock.expire(TIMING.request)]);
    plug.setFaults({});
    assert.equal((await driver.readPower(never)).power, "Off");
  });

  it("does not repeat a command that was carried out before the connection broke", async () => {
    await driver.readPower(never);
    plug.setFaults({ resetAfterCommand: 1 });
    await driver.act("on", undefined, never);
    assert.equal(plug.power, "on");
    assert.equal(plug.counters.byOperation.set_device_info, 1);
  });

  it("says which error the plug answered", async () => {
    plug.setFaults({ errorCode: 9999 });
    await failure("session-lost", driver.readPower(never));
    plug.setFaults({ errorCode: -1301 });
    await failure("rate-limited", driver.readPower(never));
    plug.setFaults({ errorCode: -1008 });
    await failure("device", driver.readPower(never));
  });

  it("works with a plug that refuses TIMEOUT in the cookie or an empty header", async () => {
    plug.setFaults({ refuseTimeoutCookie: true, emptyHeaderPage: true });
    await driver.act("on", undefined, never);
    assert.equal(plug.counters.refused, 0);
  });

  it("reads what a stuck relay really does", async () => {
    plug.setFaults({ relayStuck: true });
    await driver.act("on", undefined, never);
    assert.equal((await driver.readPower(never)).power, "Off");
  });

  it("knows the plug's firmware", async () => {
    assert.match((await driver.identity(never)).firmwareVersion ?? "", /^1\./);
  });
});
