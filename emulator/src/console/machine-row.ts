import type { HostStory } from "../kubernetes/lab-view.ts";
import type { CallHistory } from "../metrics/call-history.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import { systemStatus } from "../redfish/system-status.ts";
import type { LoggedEvent } from "../store/events-table.ts";
import type { Action, Health, MachineRow, PowerWord } from "./api-types.ts";
import { labRows } from "./lab-rows.ts";

/** Calls that the small curve shows. */
const CURVE = 24;
const LOGIN_KINDS: readonly string[] = ["bad-credentials", "needs-compatibility-switch"];

/** What else is known of a machine. */
export interface RowParts {
  readonly last: LoggedEvent | undefined;
  readonly history: CallHistory;
  readonly story: HostStory | undefined;
}

/** A machine as the list shows it. Never asks the device. */
export function machineRow(
  power: MachinePower,
  view: PowerView,
  { last, history, story }: RowParts,
): MachineRow {
  const { name, driver, address } = power.machine;
  const calls = history.last(name, CURVE);
  const problem = problemOf(view);
  return {
    name,
    driver,
    address,
    power: powerWord(view),
    health: healthOf(view, address),
    boot: power.boot,
    bootIsAdvisory: power.bootIsAdvisory,
    breaker: power.breakerState,
    login: loginOf(view),
    latency: calls.map(({ milliseconds, failed }) => (failed ? -1 : Math.round(milliseconds))),
    actions: actionsOf(power, view),
    ...(view.readAt !== undefined && { readAt: view.readAt }),
    ...(problem !== undefined && { problem }),
    ...(view.energy && { watts: view.energy.watts }),
    ...(story && { kubernetes: labRows.machine(story) }),
    ...(last && { last: { at: last.at, outcome: last.outcome ?? "done", text: last.message } }),
  };
}

function powerWord({ power, readAt }: PowerView): PowerWord {
  return readAt === undefined && (power === "On" || power === "Off") ? "Unknown" : power;
}

/** The very word that Redfish says. */
function healthOf(view: PowerView, address: string): Health {
  const { Health: health } = systemStatus(view, address) as { readonly Health: Health };
  return health;
}

function problemOf({ failure, unsettled }: PowerView): string | undefined {
  if (failure) return failure.error.message;
  return unsettled && `It accepted ${unsettled.resetType}, but the machine did not come to the wished state`;
}

function loginOf({ failure, readAt }: PowerView): MachineRow["login"] {
  if (failure && LOGIN_KINDS.includes(failure.error.kind)) return "refused";
  return readAt === undefined ? "untried" : "accepted";
}

/** What the device can do: nothing else is offered. */
function actionsOf(power: MachinePower, { resetTypes }: PowerView): Action[] {
  const offered: readonly (readonly [Action, boolean])[] = [
    ["on", resetTypes.includes("On")],
    ["shutdown", resetTypes.includes("GracefulShutdown")],
    ["off", resetTypes.includes("ForceOff")],
    ["restart", resetTypes.includes("ForceRestart")],
    ["pxe", power.bootTargets.includes("Pxe")],
    ["clearBoot", power.boot.enabled !== "Disabled"],
    ["read", true],
  ];
  return offered.filter(([, possible]) => possible).map(([action]) => action);
}
