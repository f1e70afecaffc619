import assert from "node:assert/strict";
import { type AmtDevice, type PowerEvent, startAmtDevice } from "../../../sim/devices/index.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { texts, WsmanClient } from "./support/wsman-client.ts";

const LOGIN = { username: "admin", password: "Simulated-1" };
const [ON, SLEEP, CYCLE, OFF, RESET, NMI, GRACEFUL_OFF, GRACEFUL_RESET] = [2, 4, 5, 8, 10, 11, 12, 14];

describe("simulated AMT engine: power", () => {
  let amt: AmtDevice;
  let clock: ManualClock;
  let client: WsmanClient;

  const start = async (power: "on" | "off") => {
    await amt?.close();
    clock = new ManualClock();
    amt = await startAmtDevice({ name: "m920q-1", ...LOGIN, clock, power });
    client = new WsmanClient(amt.address);
  };
  beforeEach(() => start("off"));
  afterEach(() => amt.close());

  it("accepts a power-on at once and is on when it has settled", async () => {
    assert.equal(await client.powerState(), 8);
    assert.equal(await client.power(ON), 0);
    assert.equal(await client.powerState(), 8);
    assert.equal(amt.snapshot().transition, "power on");
    clock.tick(999);
    assert.equal(await client.powerState(), 8);
    clock.tick(1);
    assert.equal(await client.powerState(), 2);
    assert.equal(amt.snapshot().transition, undefined);
    assert.deepEqual(
      amt.boots.map(({ at, cause, source }) => [at, cause, source]),
      [["2025-01-01T00:00:01.000Z", "on", null]],
    );
  });

  it("tells the same by Enumerate and Pull, in a class of the other's name", async () => {
    const { text } = await client.list("CIM_ServiceAvailableToElement");
    assert.match(text, /<h:CIM_AssociatedPowerManagementService>/);
    assert.deepEqual(texts(text, "PowerState"), ["8"]);
    assert.deepEqual(texts(text, "AvailableRequestedPowerStates"), ["2"]);
    assert.equal(amt.counters.powerReads, 1, "Enumerate answers no power state");
  });

  it("refuses by 2 what makes no sense: on when on, and anything but on when off", async () => {
    for (const state of [OFF, CYCLE, RESET, NMI, SLEEP, GRACEFUL_OFF, GRACEFUL_RESET]) {
      assert.equal(await client.power(state), 2, `${state} when off`);
    }
    await start("on");
    assert.equal(await client.power(ON), 2);
    assert.equal(await client.power(SLEEP), 2, "not without LMS");
    assert.deepEqual(amt.boots, []);
  });

  it("answers 1 to a state that it does not know, and a fault to what is no number", async () => {
    assert.equal(await client.power(9), 1);
    const parameters = "<h:PowerState>on</h:PowerState>";
    const answer = await client.invoke("CIM_PowerManagementService", "RequestPowerStateChange", parameters);
    assert.equal(answer.status, 400);
    assert.match(answer.text, /SchemaValidationError/);
  });

  it("answers 2 until the first command has settled and the BIOS has finished", async () => {
    await client.power(ON);
    assert.equal(await client.power(ON), 2);
    clock.tick(1_000);
    assert.equal(await client.powerState(), 2);
    assert.equal(await client.power(OFF), 2, "the BIOS has not finished");
    clock.tick(500);
    assert.equal(await client.power(OFF), 0);
    clock.tick(1_000);
    assert.equal(await client.powerState(), 8);
    assert.equal(await client.power(ON), 0, "nothing is left to finish after an off");
  });

  it("stays on through a reset, and goes off in between in a cycle; each starts the firmware once", async () => {
    await start("on");
    const events: PowerEvent[] = [];
    amt.onPower((event) => events.push(event));
    assert.equal(await client.power(RESET), 0);
    clock.tick(1_500);
    assert.equal(await client.power(CYCLE), 0);
    clock.tick(1_000);
    assert.equal(await client.powerState(), 8);
    assert.equal(await client.power(ON), 2, "the cycle is under way");
    clock.tick(500);
    assert.equal(await client.powerState(), 2);
    assert.deepEqual(
      events.map(({ power, cause, boot }) => [power, cause, boot !== undefined]),
      [
        ["on", "reset", true],
        ["off", "cycle", false],
        ["on", "cycle", true],
      ],
    );
  });

  it("takes an NMI and changes nothing", async () => {
    await start("on");
    assert.equal(await client.power(NMI), 0);
    assert.equal(await client.power(NMI), 0);
    assert.equal(amt.power, "on");
    assert.deepEqual(amt.boots, []);
  });

  it("without LMS offers no graceful action, and says yes to one and does nothing, or 2", async () => {
    await start("on");
    const { text } = await client.get("CIM_AssociatedPowerManagementService");
    assert.deepEqual(texts(text, "AvailableRequestedPowerStates").map(Number), [RESET, OFF, CYCLE, NMI]);
    assert.equal(await client.power(GRACEFUL_OFF), 0);
    clock.tick(60_000);
    assert.equal(amt.power, "on");
    amt.setFaults({ withoutLms: "refuse" });
    assert.equal(await client.power(GRACEFUL_OFF), 2);
  });

  it("with LMS shuts down, restarts and sleeps when asked", async () => {
    await start("on");
    amt.setFaults({ lms: true });
    const { text } = await client.get("CIM_AssociatedPowerManagementService");
    for (const state of [SLEEP, GRACEFUL_OFF, GRACEFUL_RESET]) {
      assert.ok(texts(text, "AvailableRequestedPowerStates").includes(String(state)), String(state));
    }
    await client.power(GRACEFUL_RESET);
    clock.tick(2_500);
    assert.equal(amt.boots.length, 1);
    await client.power(SLEEP);
    clock.tick(1_000);
    assert.equal(await client.powerState(), 4);
    await client.power(ON);
    clock.tick(1_000);
    assert.equal(amt.power, "on");
    assert.equal(amt.boots.length, 1, "waking up is no boot");
    await client.power(GRACEFUL_OFF);
    clock.tick(2_000);
    assert.equal(amt.power, "off");
  });

  it("keeps other times when told", async () => {
    const timing = { settleMs: 40, busyMs: 50 };
    const quick = await startAmtDevice({ name: "quick", ...LOGIN, clock, timing });
    try {
      await new WsmanClient(quick.address).power(ON);
      clock.tick(40);
      assert.equal(quick.power, "on");
    } finally {
      await quick.close();
    }
  });

  it("is switched by the machine's button and by its operating system, also in the middle of a command", async () => {
    await client.power(ON);
    amt.pressButton();
    assert.equal(amt.power, "on");
    clock.tick(5_000);
    assert.equal(amt.boots.length, 1, "the command was overtaken");
    amt.machineDid("reboot");
    amt.machineDid("shutdown");
    amt.machineDid("reboot");
    assert.equal(amt.power, "off");
    assert.deepEqual(
      amt.boots.map(({ cause }) => cause),
      ["button", "reboot"],
    );
  });

  describe("faults", () => {
    it("refuses power changes while a redirection session is open, and while it is busy", async () => {
      for (const faults of [{ redirectionOpen: true }, { busy: true }]) {
        amt.setFaults(faults);
        assert.equal(await client.power(ON), 2);
      }
      clock.tick(5_000);
      assert.equal(amt.power, "off");
    });

    it("says yes and does nothing, or answers any value", async () => {
      amt.setFaults({ ignoreCommands: true });
      assert.equal(await client.power(ON), 0);
      amt.setFaults({ returnValue: 32_769 });
      assert.equal(await client.power(ON), 32_769);
      clock.tick(5_000);
      assert.equal(amt.power, "off");
    });

    it("loses the answer of a command that it carries out, as often as told", async () => {
      await client.powerState();
      amt.setFaults({ resetAfterCommand: 1 });
      await assert.rejects(client.power(ON), /ECONNRESET|socket hang up/);
      clock.tick(1_500);
      assert.equal(await client.powerState(), 2);
      assert.equal(await client.power(OFF), 0);
    });

    it("sleeps when the machine is off and nobody asks: the first packet only wakes it", async () => {
      amt.setFaults({ sleepAfterMs: 60_000, wakeMs: 2_000 });
      assert.equal(await client.powerState(), 8);
      clock.tick(60_000);
      await assert.rejects(client.powerState(), /ECONNRESET|socket hang up/);
      clock.tick(1_999);
      await assert.rejects(client.powerState(), /ECONNRESET|socket hang up/);
      clock.tick(1);
      assert.equal(await client.powerState(), 8);
      clock.tick(59_999);
      assert.equal(await client.powerState(), 8, "asking keeps it awake");
      amt.pressButton();
      clock.tick(120_000);
      assert.equal(await client.powerState(), 2, "it does not sleep under a running machine");
    });

    it("answers with an HTTP error, or with half an answer", async () => {
      amt.setFaults({ httpStatus: 503 });
      assert.equal((await client.get("CIM_Chassis")).status, 503);
      assert.equal(amt.counters.total, 0);
      amt.setFaults({ brokenXml: true });
      assert.doesNotMatch((await client.get("CIM_Chassis")).text, /Envelope>$/);
    });

    it("answers late", async () => {
      await client.powerState();
      amt.setFaults({ slowMs: 3_000 });
      const before = clock.now();
      const ticking = setInterval(() => clock.tick(100), 1);
      try {
        await client.once("");
      } finally {
        clearInterval(ticking);
      }
      assert.ok(clock.now() - before >= 3_000, `after ${clock.now() - before} ms`);
    });

    it("takes a request and says nothing", async () => {
      amt.setFaults({ silent: true });
      let settled = false;
      const silence = client.post("").finally(() => {
        settled = true;
      });
      silence.catch(() => {});
      while (amt.counters.httpRequests === 0) await new Promise((resolve) => setImmediate(resolve));
      amt.setFaults({});
      assert.equal(await client.powerState(), 8);
      assert.equal(settled, false);
      await amt.close();
      await assert.rejects(silence);
    });
  });
});
