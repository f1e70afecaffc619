import type { DeviceError } from "../drivers/errors.ts";
import type { PowerView } from "../power/power-view.ts";
import {
  accessDenied,
  couldNotEstablishConnection,
  type Message,
  undeterminedFault,
  withDetail,
} from "./messages.ts";

/** Errors that only a human can cure. */
const CRITICAL: ReadonlySet<DeviceError["kind"]> = new Set(["bad-credentials", "needs-compatibility-switch"]);

/** What the status is made from; `age` counts only beside `failure`. */
export type StatusInputs = Pick<PowerView, "failure" | "unsettled" | "age">;

/** The registry message that says best what is wrong with a device. */
export function deviceMessage(error: DeviceError, address: string): Message {
  switch (error.kind) {
    case "unreachable":
    case "timeout":
      return couldNotEstablishConnection(address);
    case "bad-credentials":
    case "needs-compatibility-switch":
      return accessDenied(address);
    default:
      return undeterminedFault(address);
  }
}

/**
 * ComputerSystem.Status: a GET succeeds whatever the device does (a 5xx would block one of Ironic's workers for 30 s),
 * so this is where a client learns that the power state is an old one, and how old.
 */
export function systemStatus(view: StatusInputs, address: string): object {
  const { failure, unsettled, age } = view;
  const conditions: object[] = [];
  if (failure) {
    const known =
      age === undefined
        ? "Its state was never read."
        : `The power state shown is ${Math.round(age / 1000)} s old.`;
    const detail = `${failure.error.message}. ${known}`;
    conditions.push(condition(withDetail(deviceMessage(failure.error, address), detail), failure.since));
  }
  if (unsettled) {
    const detail = `It accepted ${unsettled.resetType}, but the machine did not come to the wished state.`;
    conditions.push(condition(withDetail(undeterminedFault(address), detail), unsettled.at));
  }
  if (conditions.length === 0) return { State: "Enabled", Health: "OK" };
  const critical = failure !== undefined && CRITICAL.has(failure.error.kind);
  const health = critical ? "Critical" : "Warning";
  return {
    State: failure ? "UnavailableOffline" : "Enabled",
    Health: health,
    Conditions: conditions.map((entry) => ({ ...entry, Severity: health })),
  };
}

function condition({ MessageId, Message: text, MessageArgs, Resolution }: Message, since: number): object {
  return { MessageId, Message: text, MessageArgs, Resolution, Timestamp: new Date(since).toISOString() };
}
