import type { DevicePower, PowerAction } from "../driver.ts";
import { DeviceError } from "../errors.ts";

/** What a way to a device is asked for. */
export type Command = "status" | PowerAction;

/** One of the two ways in which the command driver reaches a device. */
export interface Way {
  readonly actions: readonly PowerAction[];
  /** @throws DeviceError */
  read(signal: AbortSignal): Promise<DevicePower>;
  /** @throws DeviceError, not retryable where the machine may have restarted */
  act(action: PowerAction, signal: AbortSignal): Promise<void>;
}

/** The most that is taken of an answer, in bytes. */
export const MAX_ANSWER = 65_536;

/**
 * Whether a command whose outcome is unknown may be given again once the state was read. A restart leaves no trace in
 * the state, and a second one would cut off the machine in the middle of its boot.
 */
export function mayRepeat(command: Command): boolean {
  return command === "status" || command === "on" || command === "off" || command === "gracefulOff";
}

/** The power controller aborts with the error it wants to be seen. */
export function stopped(where: string, signal: AbortSignal): DeviceError {
  if (signal.reason instanceof DeviceError) return signal.reason;
  return new DeviceError("timeout", `${where}: the call was stopped before its end`);
}
