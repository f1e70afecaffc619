import type { DevicePower, PowerAction } from "../driver.ts";
import { DeviceError } from "../errors.ts";

/** One of the two ways in which the command driver reaches a device. */
export interface Way {
  readonly actions: readonly PowerAction[];
  /** @throws DeviceError */
  read(signal: AbortSignal): Promise<DevicePower>;
  /** @throws DeviceError */
  act(action: PowerAction, signal: AbortSignal): Promise<void>;
}

/** The most that is taken of an answer, in bytes. */
export const MAX_ANSWER = 65_536;

/** The power controller aborts with the error it wants to be seen. */
export function stopped(where: string, signal: AbortSignal): DeviceError {
  if (signal.reason instanceof DeviceError) return signal.reason;
  return new DeviceError("timeout", `${where}: the call was stopped before its end`);
}
