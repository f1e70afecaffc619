import type { Clock } from "../../power/clock.ts";
import { sleep } from "../../power/sleep.ts";
import type { PowerAction } from "../driver.ts";
import { AmtError } from "./amt-error.ts";
import type { AmtPower } from "./power.ts";
import type { AmtTiming } from "./timing.ts";

/** The state that shows that an action worked, where one does. */
const PROOF: Partial<Record<PowerAction, "On" | "Off">> = { on: "On", off: "Off" };

/**
 * Requests one change of power and sees to it that "busy" and lost answers are dealt with: AMT refuses a second change
 * for up to 10 s after the first, and drops the connection when its own network card resets with the machine.
 * @throws AmtError when AMT did not accept; "timeout" and not to be repeated when nobody can tell
 */
export async function changePower(
  power: AmtPower,
  action: PowerAction,
  options: { readonly clock: Clock; readonly timing: AmtTiming; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, timing, signal } = options;
  const begin = clock.elapsed();
  let lost = 0;
  for (;;) {
    try {
      await power.request(action, signal);
      return;
    } catch (error) {
      if (!(error instanceof AmtError) || signal.aborted) throw error;
      if (error.busy) {
        const inTime = clock.elapsed() - begin + timing.busyPause < timing.busy;
        // Waited for long enough here: the caller need not do it again.
        if (!inTime) throw new AmtError(error.kind, error.message, { retryable: false });
        await sleep(clock, timing.busyPause, signal);
      } else if (error.progress !== "none") {
        lost += 1;
        // An accepted change shows in the state a moment later.
        await sleep(clock, timing.settle, signal);
        if (!(await mustRepeat(power, action, error, signal))) return;
        if (lost > 1) throw error;
      } else {
        throw error;
      }
    }
  }
}

/** After a lost answer: whether the request has to be sent again. */
async function mustRepeat(
  power: AmtPower,
  action: PowerAction,
  lost: AmtError,
  signal: AbortSignal,
): Promise<boolean> {
  const proof = PROOF[action];
  const reading = await power.read(signal).catch(() => undefined);
  if (reading === undefined) {
    // Switching is repeated by whoever reads the state first; a restart that nobody can see must not be.
    if (proof !== undefined) throw lost;
    const message = `${lost.message}; it does not tell its state either, whether it did the ${action} is unknown`;
    throw new AmtError(lost.kind, message, { progress: lost.progress, retryable: false });
  }
  if (proof !== undefined) return reading.power !== proof;
  // A restart cannot be seen in the state. A dropped connection is what a restart does to AMT's network card; silence
  // tells nothing, and a second restart would cut off the machine in the middle of its boot.
  if (lost.progress === "dropped" || (action === "gracefulOff" && reading.power === "Off")) return false;
  const message = `${lost.message}; the machine reads ${reading.power}, whether it did the ${action} is unknown`;
  throw new AmtError("timeout", message, { retryable: false });
}
