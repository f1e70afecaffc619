import type { DevicePower, PowerAction } from "../driver.ts";

/**
 * PowerState of CIM_AssociatedPowerManagementService. Sleep (3, 4) counts as Paused, hibernation (7) as Off: the
 * machine draws no power and starts through its firmware. A restart under way (5, 10, 11, 14) counts as On.
 */
const POWER: Readonly<Record<number, DevicePower>> = {
  2: "On",
  3: "Paused",
  4: "Paused",
  5: "On",
  6: "Off",
  7: "Off",
  8: "Off",
  9: "Off",
  10: "On",
  11: "On",
  12: "Off",
  13: "Off",
  14: "On",
};

/** PowerState of RequestPowerStateChange. 8 is "off soft" by name and cuts at once by deed. */
export const REQUESTED_STATE = {
  on: 2,
  cycle: 5,
  off: 8,
  reset: 10,
  nmi: 11,
  gracefulOff: 12,
  gracefulReset: 14,
} as const satisfies Record<PowerAction, number>;

/** undefined for numbers without a meaning for us, such as 1 (other). */
export function powerOf(state: number): DevicePower | undefined {
  return POWER[state];
}

/**
 * Actions the engine accepts at present. `on` and `off` are always among them, because asking for the present state
 * is answered with success without a call. Without a list the graceful ones count as impossible: they need Intel's
 * LMS in the operating system, and without it they are accepted and ignored.
 * @param listed AvailableRequestedPowerStates, empty for firmware that has no such list
 */
export function availableActions(power: DevicePower, listed: readonly number[]): PowerAction[] {
  const possible: readonly number[] = listed.length > 0 ? listed : power === "Off" ? [2] : [5, 8, 10];
  const actions = Object.keys(REQUESTED_STATE) as PowerAction[];
  return actions.filter(
    (action) => action === "on" || action === "off" || possible.includes(REQUESTED_STATE[action]),
  );
}
