import type { Clock } from "./clock.ts";
import type { StampedReading } from "./power-reader.ts";
import { sleep } from "./sleep.ts";
import type { PowerTiming } from "./timing.ts";

export interface FollowOptions {
  readonly clock: Clock;
  readonly timing: PowerTiming;
  /** The state that shows that the action worked. */
  readonly expect: "On" | "Off";
  /** The machine was running before and is to run again: On alone proves nothing at first. */
  readonly restart: boolean;
  readonly graceful: boolean;
  /** One read of the device; rejections are waited out. */
  readonly read: () => Promise<StampedReading>;
  /** Milliseconds until the device may be asked again. */
  readonly pause: () => number;
  readonly signal: AbortSignal;
}

/**
 * Watches a device after an accepted action, since "accepted" is not "done" (AMT answers at once and acts seconds
 * later). Resolves to "settled", to "unsettled" when the time is up, or to "aborted". Never rejects.
 */
export async function follow(options: FollowOptions): Promise<"settled" | "unsettled" | "aborted"> {
  const { clock, timing, signal } = options;
  const begin = clock.elapsed();
  const limit = options.graceful ? timing.gracefulSettle : timing.settle;
  let pause = timing.followFirst;
  let wentOff = false;
  while (clock.elapsed() - begin < limit) {
    await sleep(clock, Math.max(pause, options.pause()), signal);
    if (signal.aborted) return "aborted";
    pause = Math.min(timing.followMax, pause * 2);
    const reading = await options.read().catch(() => undefined);
    if (reading === undefined) continue;
    wentOff ||= reading.power === "Off";
    const proven = !options.restart || wentOff || clock.elapsed() - begin >= timing.restartSettle;
    if (reading.power === options.expect && proven) return "settled";
  }
  return "unsettled";
}
