import type { ActOutcome, BootOverride, PowerDriver } from "../drivers/driver.ts";
import { DeviceError, type DeviceErrorKind } from "../drivers/errors.ts";
import { beforeDeadline } from "./before-deadline.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { Clock } from "./clock.ts";
import type { DeviceLine } from "./device-line.ts";
import type { PowerReader } from "./power-reader.ts";
import type { ResetPlan } from "./reset-plan.ts";
import { sleep } from "./sleep.ts";
import type { PowerTiming } from "./timing.ts";

export interface PerformOptions {
  readonly driver: PowerDriver;
  readonly line: DeviceLine;
  readonly reader: PowerReader;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly timing: PowerTiming;
  readonly random: () => number;
}

type Act = Extract<ResetPlan, { kind: "act" }>;

/** Tries of one action, the first one included. */
const ATTEMPTS = 3;
/** After these nobody can tell whether the device took the action; the other kinds are its own word that it did not. */
const UNCERTAIN: ReadonlySet<DeviceErrorKind> = new Set(["timeout", "unreachable", "device"]);

/**
 * Has the device carry out an action and resolves when it accepted. A lost answer does not mean a lost action (AMT
 * drops the connection as the network card resets), so the state is read before anything is repeated. "nothing": the
 * device did not take the action, and the machine came into the wished state without it.
 * @param deadline by the monotonic clock; the outcome is there by then
 * @throws DeviceError of the last try
 */
export async function performAction(
  plan: Act,
  boot: BootOverride | undefined,
  deadline: number,
  options: PerformOptions,
): Promise<"accepted" | "nothing"> {
  const { driver, line, reader, breaker, clock, timing, random } = options;
  const call = async (signal: AbortSignal): Promise<ActOutcome> => {
    // Twice: a time-out may leave the action half done, and what is read after it was accepted must be new too.
    reader.invalidate();
    try {
      return await driver.act(plan.action, boot, signal);
    } finally {
      reader.invalidate();
    }
  };
  let mayHaveActed = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { actTimeout: timeout, lookBack } = timing;
      const outcome = await line.run(call, { timeout, deadline: deadline - lookBack, call: "action" });
      breaker.succeeded();
      // Needless after a try that may have acted: that one did it.
      return outcome === "accepted" || mayHaveActed ? "accepted" : "nothing";
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      mayHaveActed ||= UNCERTAIN.has(error.kind);
      if (error.retryable && (await asWished(plan, reader, deadline, clock))) {
        return mayHaveActed ? "accepted" : "nothing";
      }
      const inTime = clock.elapsed() + timing.retryPause < deadline - timing.lookBack;
      if (!mayRepeat(plan, error) || attempt >= ATTEMPTS || !inTime) {
        // "refused" comes from a device that is well; the others count as a failure of the device.
        if (error.kind !== "refused") breaker.failed(error);
        throw error;
      }
      await sleep(clock, timing.retryPause * attempt * (0.5 + random()));
    }
  }
}

/** Whether the machine is in the wished state although the device did not say that it took the action. */
async function asWished(plan: Act, reader: PowerReader, deadline: number, clock: Clock): Promise<boolean> {
  // A restart leaves the machine on as it was: nothing can be seen.
  if (plan.expect === undefined || (plan.expect === "On" && plan.action !== "on")) return false;
  const read = reader.refresh({ insist: true });
  const reading = await beforeDeadline(read, deadline, clock, "no time left").catch(() => undefined);
  return reading?.power === plan.expect;
}

/** A restart that may have happened is not repeated: it would cut off the machine in the middle of its boot. */
function mayRepeat(plan: Act, error: DeviceError): boolean {
  const visible = plan.action === "on" || plan.action === "off" || plan.action === "gracefulOff";
  return error.retryable && (visible || error.kind !== "timeout");
}
