import type { Action, MachineRow, PowerWord } from "../api-types.ts";

/** How the page says what the API tells. */
export const words = {
  power: {
    On: "On",
    Off: "Off",
    Paused: "Asleep",
    PoweringOn: "Switching on",
    PoweringOff: "Switching off",
    Unknown: "Unknown",
  } satisfies Record<PowerWord, string>,
  health: { OK: "OK", Warning: "Warning", Critical: "Critical" },
  breaker: {
    closed: "Closed: calls go through",
    "half-open": "Half open: the next call decides",
    open: "Open: the device is left in peace",
  } satisfies Record<MachineRow["breaker"], string>,
  login: {
    accepted: "Accepted",
    refused: "Refused",
    untried: "Not tried yet",
  } satisfies Record<MachineRow["login"], string>,
  outcome: { done: "done", refused: "refused", failed: "failed" },
  /** On the button. */
  action: {
    on: "Switch on",
    shutdown: "Shut down",
    off: "Switch off",
    restart: "Restart",
    pxe: "PXE once",
    clearBoot: "Clear boot override",
    read: "Read now",
  } satisfies Record<Action, string>,
  /** Before it is done. */
  consequence: {
    on: "The machine starts.",
    shutdown: "Its operating system is asked to shut down.",
    off: "The power is cut at once; the operating system is not asked.",
    restart: "The machine restarts at once; the operating system is not asked.",
    pxe: "The next start boots from the network, once.",
    clearBoot: "The next start boots as the firmware decides.",
    read: "The device is asked for its power state now.",
  } satisfies Record<Action, string>,
} as const;
