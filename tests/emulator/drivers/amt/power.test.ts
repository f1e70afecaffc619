import assert from "node:assert/strict";
import type { PowerAction } from "../../../../emulator/src/drivers/driver.ts";
import { failure, never } from "../support/driver-under-test.ts";
import { AmtBench, TIMING } from "./amt-bench.ts";

describe("amt driver: power", () => {
  let bench: AmtBench;
  beforeEach(async () => {
    bench = new AmtBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  for (const [state, power] of [
    [2, "On"],
    [3, "Paused"],
    [4, "Paused"],
    [5, "On"],
    [6, "Off"],
    [7, "Off"],
    [8, "Off"],
    [9, "Off"],
    [10, "On"],
    [12, "Off"],
    [13, "Off"],
  ] as const) {
    it(`reads PowerState ${state} as ${power}`, async () => {
      bench.state = state;
      assert.equal((await bench.driver.readPower(never)).power, power);
    });
  }

  it("refuses to guess what another PowerState means", async () => {
    bench.state = 1;
    const error = await failure("device", bench.driver.readPower(never));
    assert.match(error.message, /power state 1/);
  });

  it("reads with one request and offers what the device lists", async () => {
    bench.state = 2;
    const reading = await bench.driver.readPower(never);
    assert.deepEqual(new Set(reading.actions), new Set(["on", "off", "cycle", "reset", "nmi"]));
    assert.deepEqual(bench.device.asked, ["Get CIM_AssociatedPowerManagementService"]);
    bench.available = { 2: [5, 8, 10, 11, 4, 7, 12, 14] };
    const withLms = await bench.driver.readPower(never);
    assert.ok(withLms.actions?.includes("gracefulOff") && withLms.actions.includes("gracefulReset"));
  });

  it("offers no graceful action when old firmware lists nothing", async () => {
    bench.state = 2;
    bench.available = {};
    const reading = await bench.driver.readPower(never);
    assert.deepEqual(new Set(reading.actions), new Set(["on", "off", "cycle", "reset"]));
  });

  it("falls back to enumeration where the class cannot be got, and remembers it", async () => {
    bench.device.fault("Get CIM_AssociatedPowerManagementService", "DestinationUnreachable");
    bench.device.on(
      "Enumerate CIM_ServiceAvailableToElement",
      () =>
        "<g:EnumerateResponse><g:EnumerationContext>A&amp;&#60;1</g:EnumerationContext></g:EnumerateResponse>",
    );
    bench.device.on("Pull CIM_ServiceAvailableToElement", (body) => {
      assert.match(body, /<EnumerationContext>A&amp;&lt;1</);
      return "<g:PullResponse><g:Items><h:CIM_AssociatedPowerManagementService><h:PowerState>2</h:PowerState></h:CIM_AssociatedPowerManagementService></g:Items><g:EndOfSequence/></g:PullResponse>";
    });
    assert.equal((await bench.driver.readPower(never)).power, "On");
    assert.equal((await bench.driver.readPower(never)).power, "On");
    assert.deepEqual(bench.device.asked, [
      "Get CIM_AssociatedPowerManagementService",
      "Enumerate CIM_ServiceAvailableToElement",
      "Pull CIM_ServiceAvailableToElement",
      "Enumerate CIM_ServiceAvailableToElement",
      "Pull CIM_ServiceAvailableToElement",
    ]);
  });

  for (const [action, state, number] of [
    ["on", 8, 2],
    ["on", 4, 2],
    ["off", 2, 8],
    ["cycle", 2, 5],
    ["reset", 2, 10],
    ["nmi", 2, 11],
    ["gracefulOff", 2, 12],
    ["gracefulReset", 2, 14],
  ] as const) {
    it(`does ${action} from state ${state} by ${number}`, async () => {
      bench.state = state;
      bench.available = { 2: [5, 8, 10, 11, 12, 14], 4: [2], 8: [2] };
      await bench.driver.act(action, undefined, never);
      assert.deepEqual(bench.requested, [number]);
    });
  }

  for (const [action, state] of [
    ["on", 2],
    ["off", 8],
    ["gracefulOff", 8],
  ] as const) {
    it(`answers ${action} in state ${state} with success and sends nothing`, async () => {
      bench.state = state;
      await bench.driver.act(action, { target: "Pxe" }, never);
      assert.deepEqual(bench.device.asked, ["Get CIM_AssociatedPowerManagementService"]);
    });
  }

  for (const [action, state, hint] of [
    ["gracefulOff", 2, /LMS/],
    ["reset", 8, /while Off/],
    ["cycle", 8, /while Off/],
    ["nmi", 8, /while Off/],
  ] as const) {
    it(`refuses ${action} in state ${state}, which the device does not list`, async () => {
      bench.state = state;
      const error = await failure("refused", bench.driver.act(action, undefined, never));
      assert.match(error.message, hint);
      assert.equal(error.retryable, false);
      assert.deepEqual(bench.requested, []);
    });
  }

  for (const [value, kind, text] of [
    [1, "refused", /answered 1 \(not supported\)/],
    [3, "timeout", /answered 3/],
    [4, "device", /answered 4 \(failed\)/],
    [5, "device", /bad parameter/],
    [4097, "refused", /4097 \(invalid state transition\)/],
    [32768 + 16, "refused", /AMT status 16 \(not permitted\).*Admin Control Mode/],
    [32768 + 2081, "refused", /user consent required/],
    [32768 + 1, "device", /AMT status 1 \(internal error\)/],
    [77, "device", /answered 77/],
  ] as const) {
    it(`tells ReturnValue ${value} as ${kind}`, async () => {
      bench.device.method("RequestPowerStateChange", () => value);
      bench.state = 2;
      const error = await failure(kind, bench.driver.act("reset", undefined, never));
      assert.match(error.message, text);
    });
  }

  it("takes 'job started' for accepted", async () => {
    bench.device.method("RequestPowerStateChange", () => 4096);
    await bench.driver.act("on", undefined, never);
  });

  it("waits for a busy BIOS and then succeeds", async () => {
    let busy = 3;
    bench.state = 2;
    bench.device.method("RequestPowerStateChange", () => (busy-- > 0 ? 2 : 0));
    await bench.driver.act("off", undefined, never);
    assert.equal(bench.clock.begun.filter((length) => length === TIMING.busyPause).length, 3);
  });

  it("gives up on a BIOS that stays busy, by name and for good", async () => {
    bench.state = 2;
    bench.device.method("RequestPowerStateChange", () => 2);
    const error = await failure("refused", bench.driver.act("off", undefined, never));
    assert.match(error.message, /answered 2 \(not ready/);
    assert.equal(error.retryable, false);
    assert.ok(bench.clock.elapsed() <= TIMING.busy);
  });

  const lost = (fate: "drop" | "silence", times: number) => {
    let left = times;
    bench.device.fate = (what) => (what === "RequestPowerStateChange" && left-- > 0 ? fate : "answer");
  };
  const act = async (action: PowerAction, silences = 0): Promise<void> => {
    let arrived = bench.device.arrivals.next("RequestPowerStateChange");
    const done = bench.driver.act(action, undefined, never);
    done.catch(() => undefined);
    for (let count = 0; count < silences; count += 1) {
      await arrived;
      arrived = bench.device.arrivals.next("RequestPowerStateChange");
      await bench.clock.expire(TIMING.actionAnswer);
    }
    await done;
  };

  it("reads the state after a lost answer and does not repeat what was done", async () => {
    lost("drop", 1);
    await act("on");
    assert.deepEqual(bench.requested, [2]);
    lost("silence", 1);
    await act("off", 1);
    assert.deepEqual(bench.requested, [2, 8]);
  });

  it("repeats once what was lost and not done", async () => {
    let first = true;
    bench.device.method("RequestPowerStateChange", (body) => {
      bench.requested.push(Number(/PowerState>(\d+)</.exec(body)?.[1]));
      if (!first) bench.state = 2;
      first = false;
      return 0;
    });
    lost("silence", 1);
    await act("on", 1);
    assert.deepEqual(bench.requested, [2, 2]);
  });

  it("stops after two lost answers", async () => {
    bench.device.method("RequestPowerStateChange", () => 0);
    lost("silence", 9);
    await failure("timeout", act("on", 2));
    assert.equal(bench.device.asked.filter((what) => what === "RequestPowerStateChange").length, 2);
  });

  it("takes a connection dropped by a reset for the reset", async () => {
    bench.state = 2;
    lost("drop", 1);
    await act("reset");
    assert.deepEqual(bench.requested, [10]);
  });

  it("says that it cannot know after a reset that was answered by silence, and never repeats it", async () => {
    bench.state = 2;
    lost("silence", 1);
    const error = await failure("timeout", act("reset", 1));
    assert.match(error.message, /reads On, whether it did the reset is unknown/);
    assert.equal(error.retryable, false);
    assert.deepEqual(bench.requested, [10]);
  });
});
