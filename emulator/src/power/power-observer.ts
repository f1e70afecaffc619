import type { MachineConfig } from "../config.ts";
import type { DeviceError } from "../drivers/errors.ts";
import type { DeviceCall } from "./device-line.ts";

/** Told what happens between clients, cache and devices; for metrics. Must neither throw nor wait. */
export interface PowerObserver {
  /** A call to the driver ended; `error` when it failed. */
  deviceCalled(
    machine: MachineConfig,
    call: DeviceCall,
    milliseconds: number,
    error: DeviceError | undefined,
  ): void;
  /** A client asked for the power state; `cached` when no device had to be asked. */
  viewed(machine: MachineConfig, cached: boolean): void;
}
