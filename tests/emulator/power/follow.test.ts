import assert from "node:assert/strict";
import type { DevicePower } from "../../../emulator/src/drivers/driver.ts";
import { type FollowOptions, follow } from "../../../emulator/src/power/follow.ts";
import { defaultTiming } from "../../../emulator/src/power/timing.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Follows a device that answers these states one after the other, the last one for ever. */
function following(states: readonly (DevicePower | undefined)[], options: Partial<FollowOptions>) {
  const clock = new FakeClock();
  const abort = new AbortController();
  const begin = clock.elapsed();
  const reads: number[] = [];
  const outcome = follow({
    clock,
    timing: defaultTiming,
    expect: "On",
    restart: false,
    graceful: false,
    read: async () => {
      const power = states[Math.min(reads.length, states.length - 1)];
      reads.push(clock.elapsed() - begin);
      if (power === undefined) throw new Error("no answer");
      return { power, at: clock.now(), tick: clock.elapsed() };
    },
    pause: () => 0,
    signal: abort.signal,
    ...options,
  });
  return { clock, outcome, reads, abort };
}

describe("following a device after an action", () => {
  it("looks again after ever longer pauses until the wished state shows", async () => {
    const { clock, outcome, reads } = following(["Off", "Off", "Off", "On"], {});
    await clock.pass(60_000);
    assert.equal(await outcome, "settled");
    assert.deepEqual(reads, [500, 1_500, 3_500, 6_500]);
  });

  it("does not take the On from before a restart for the On after it", async () => {
    const seen = following(["On", "Off", "On"], { restart: true });
    await seen.clock.pass(60_000);
    assert.equal(await seen.outcome, "settled");
    assert.equal(seen.reads.length, 3);
    const unseen = following(["On"], { restart: true });
    await unseen.clock.pass(60_000);
    assert.equal(await unseen.outcome, "settled");
    assert.deepEqual(unseen.reads, [500, 1_500, 3_500]);
  });

  it("waits out a device that does not answer for a while", async () => {
    const { clock, outcome } = following([undefined, undefined, "On"], {});
    await clock.pass(60_000);
    assert.equal(await outcome, "settled");
  });

  it("gives up after a minute, and after three for what an operating system has to do", async () => {
    const hard = following(["Off"], {});
    await hard.clock.pass(65_000);
    assert.equal(await hard.outcome, "unsettled");
    const soft = following(["On"], { expect: "Off", graceful: true });
    await soft.clock.pass(65_000);
    soft.abort.abort();
    assert.equal(await soft.outcome, "aborted");
  });

  it("leaves the device alone while the breaker pauses", async () => {
    const { clock, outcome, reads, abort } = following(["Off"], { pause: () => 20_000 });
    await clock.pass(41_000);
    assert.deepEqual(reads, [20_000, 40_000]);
    abort.abort();
    assert.equal(await outcome, "aborted");
  });
});
