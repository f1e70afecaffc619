import type { DevicePower } from "../drivers/driver.ts";
import type { Failure } from "./circuit-breaker.ts";
import type { StampedEnergy } from "./energy-reader.ts";
import type { ResetType } from "./reset-plan.ts";

/** A state a device reported. */
export type KnownPower = DevicePower;

/** What a client may be told about one machine's power at this moment. */
export interface PowerView {
  /**
   * Never from before the last action. PoweringOn and PoweringOff appear only when the device accepted an action and
   * has not answered since. "Off" when the device was never reached (see `readAt`).
   */
  readonly power: KnownPower | "PoweringOn" | "PoweringOff";
  /** Wall clock of the device read the state comes from; undefined when there was none. */
  readonly readAt: number | undefined;
  /** Age of that read in milliseconds. */
  readonly age: number | undefined;
  /** Why the device cannot be asked at present. */
  readonly failure: Failure | undefined;
  /** An action that was accepted and whose wished state did not come. */
  readonly unsettled: { readonly resetType: ResetType; readonly at: number } | undefined;
  readonly resetTypes: readonly ResetType[];
  /** What the device's energy meter showed after the last action, if it has one and told within some minutes. */
  readonly energy: StampedEnergy | undefined;
}
