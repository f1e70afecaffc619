import assert from "node:assert/strict";
import { tapoDriver } from "../../../../emulator/src/drivers/tapo/index.ts";
import { failure, never } from "../support/driver-under-test.ts";
import type { Fate } from "./hand-made-plug.ts";
import { OFF_TIME, TapoBench, TIMING } from "./tapo-bench.ts";

describe("tapo driver: actions", () => {
  let bench: TapoBench;
  beforeEach(async () => {
    bench = new TapoBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  const methods = (): string[] => bench.plug.asked.filter((asked) => !asked.startsWith("handshake"));

  it("offers what a plug can do and no more", async () => {
    assert.deepEqual(bench.driver.capabilities, {
      actions: ["on", "off", "cycle"],
      bootTargets: ["Pxe", "Hdd"],
      bootOverride: "advisory",
    });
    for (const action of ["reset", "gracefulOff", "gracefulReset", "nmi"] as const) {
      const error = await failure("refused", bench.driver.act(action, undefined, never));
      assert.match(error.message, new RegExp(`cannot do ${action}`));
    }
    assert.deepEqual(bench.plug.asked, []);
  });

  it("switches by one request each, whatever boot device was asked for", async () => {
    await bench.driver.act("on", { target: "Pxe", mode: "UEFI" }, never);
    assert.equal(bench.plug.on, true);
    await bench.driver.act("off", undefined, never);
    assert.equal(bench.plug.on, false);
    assert.deepEqual(methods(), ["set_device_info on", "set_device_info off"]);
  });

  it("leaves the machine without power for long enough in a cycle", async () => {
    bench.plug.on = true;
    const done = bench.driver.act("cycle", undefined, never);
    await bench.clock.waitedFor(OFF_TIME);
    assert.equal(bench.plug.on, false);
    await bench.clock.expire(OFF_TIME);
    await done;
    assert.equal(bench.plug.on, true);
    assert.deepEqual(methods(), ["set_device_info off", "set_device_info on"]);
  });

  it("waits out the rest of that time when switched on right after off", async () => {
    await bench.driver.act("off", undefined, never);
    bench.clock.pass(2_000);
    const done = bench.driver.act("on", undefined, never);
    await bench.clock.waitedFor(OFF_TIME - 2_000);
    assert.equal(bench.plug.on, false);
    await bench.clock.expire(OFF_TIME - 2_000);
    await done;
    assert.equal(bench.plug.on, true);
    await bench.driver.act("off", undefined, never);
    bench.clock.pass(OFF_TIME);
    await bench.driver.act("on", undefined, never);
    assert.equal(bench.plug.on, true);
  });

  it("stops in the middle of a cycle when the caller does, and says that the relay is off", async () => {
    bench.plug.on = true;
    const abort = new AbortController();
    const done = bench.driver.act("cycle", undefined, abort.signal);
    done.catch(() => undefined);
    await bench.clock.waitedFor(OFF_TIME);
    abort.abort();
    const error = await failure("timeout", done);
    assert.match(error.message, /its relay is off/);
    assert.deepEqual(methods(), ["set_device_info off"]);
  });

  const first = (fate: Fate): void => {
    const fates: Fate[] = [fate];
    bench.plug.fate = (step) => (step === "request" ? (fates.shift() ?? "answer") : "answer");
  };

  for (const [fate, requests] of [
    ["drop", ["set_device_info on", "get_device_info"]],
    ["drop-before", ["get_device_info", "set_device_info on"]],
  ] as const) {
    it(`reads the relay after a connection that ended (${fate}) before it repeats a command`, async () => {
      first(fate);
      await bench.driver.act("on", undefined, never);
      assert.equal(bench.plug.on, true);
      assert.deepEqual(methods(), requests);
    });
  }

  for (const [fate, requests] of [
    ["silence", ["set_device_info on", "get_device_info"]],
    ["silence-before", ["get_device_info", "set_device_info on"]],
  ] as const) {
    it(`reads the relay after a time-out (${fate}) before it repeats a command, in a new session`, async () => {
      await bench.driver.readPower(never);
      bench.plug.asked.length = 0;
      first(fate);
      const arrived = bench.plug.arrivals.next("request");
      const done = bench.driver.act("on", undefined, never);
      await arrived;
      await bench.clock.expire(TIMING.request);
      await done;
      assert.equal(bench.plug.on, true);
      assert.deepEqual(methods(), requests);
      assert.equal(bench.plug.count("handshake1"), 1);
    });
  }

  it("repeats a command once and no more", async () => {
    bench.plug.fate = (step) => (step === "request" ? "drop-before" : "answer");
    await failure("unreachable", bench.driver.act("on", undefined, never));
    const commands: Fate[] = ["drop-before", "answer", "drop-before"];
    bench.plug.fate = (step) => (step === "request" ? (commands.shift() ?? "answer") : "answer");
    await failure("unreachable", bench.driver.act("on", undefined, never));
    assert.equal(bench.plug.on, false);
    assert.deepEqual(methods(), ["get_device_info"]);
  });

  it("knows the plug's firmware and claims nothing about the machine behind it", async () => {
    const identity = await bench.driver.identity(never);
    assert.deepEqual(identity, { firmwareVersion: "1.4.0 Build 231021", measuresEnergy: false });
    bench.plug.info = { fw_ver: 7 };
    await bench.driver.readPower(never);
    assert.deepEqual(await bench.driver.identity(never), { measuresEnergy: false });
  });

  it("checks its options and says what is wrong", () => {
    const problems = (value: unknown): string =>
      JSON.stringify(tapoDriver.options.safeParse(value).error?.issues);
    assert.match(problems({ offSecond: 1 }), /offSecond/);
    assert.match(problems({ offSeconds: -1 }), /offSeconds/);
    assert.match(problems({ offSeconds: 600 }), /offSeconds/);
    assert.match(problems({ discoveryPort: 0 }), /discoveryPort/);
    assert.deepEqual(tapoDriver.options.parse({}), { offSeconds: 5, discoveryPort: 20002 });
  });
});
