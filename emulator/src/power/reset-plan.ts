import type { PowerAction } from "../drivers/driver.ts";
import type { KnownPower, PowerView } from "./power-view.ts";

/** Redfish ResetType values the emulator knows (DSP0266, Resource.ResetType). */
export const RESET_TYPES = [
  "On",
  "ForceOn",
  "ForceOff",
  "GracefulShutdown",
  "ForceRestart",
  "GracefulRestart",
  "PowerCycle",
  "Nmi",
] as const;
export type ResetType = (typeof RESET_TYPES)[number];

/** What to do for a reset request. */
export type ResetPlan =
  /** The machine is in the wished state already: success without touching the device. */
  | { readonly kind: "nothing" }
  | {
      readonly kind: "act";
      readonly action: PowerAction;
      /** The state that shows that it worked; undefined where none does (NMI). */
      readonly expect: "On" | "Off" | undefined;
      /** Whether the machine starts, so that a boot override applies. */
      readonly boots: boolean;
      readonly graceful: boolean;
    };

/** Actions that depend on the operating system, so that a device offers them only at times. */
const GRACEFUL: ReadonlySet<PowerAction> = new Set(["gracefulOff", "gracefulReset"]);

/**
 * Which actions count now: what the driver can do, without the graceful ones the device does not list at present. The
 * others stay although a device lists only what makes sense in its present state (AMT: nothing but "on" while off),
 * because clients read the list long before they act.
 */
export function availableActions(
  capable: readonly PowerAction[],
  listed: readonly PowerAction[] | undefined,
): ReadonlySet<PowerAction> {
  return new Set(capable.filter((action) => !listed || !GRACEFUL.has(action) || listed.includes(action)));
}

/** The action a reset type stands for, or undefined when the device cannot do it. */
function actionFor(
  type: ResetType,
  available: ReadonlySet<PowerAction>,
  gracefulShutdown: "refuse" | "forceOff",
): PowerAction | undefined {
  const first = (...actions: PowerAction[]): PowerAction | undefined =>
    actions.find((action) => available.has(action));
  switch (type) {
    case "On":
    case "ForceOn":
      return first("on");
    case "ForceOff":
      return first("off");
    case "GracefulShutdown":
      return first("gracefulOff") ?? (gracefulShutdown === "forceOff" ? first("off") : undefined);
    case "ForceRestart":
      return first("reset", "cycle");
    case "GracefulRestart":
      return first("gracefulReset");
    case "PowerCycle":
      return first("cycle");
    case "Nmi":
      return first("nmi");
  }
}

/** The reset types to advertise: exactly those that {@link planReset} has a plan for. */
export function offeredResetTypes(
  available: ReadonlySet<PowerAction>,
  gracefulShutdown: "refuse" | "forceOff",
): ResetType[] {
  return RESET_TYPES.filter((type) => actionFor(type, available, gracefulShutdown) !== undefined);
}

/** What a reset type means for a machine in this state; undefined when the device cannot do it. */
export function planReset(
  type: ResetType,
  power: KnownPower,
  available: ReadonlySet<PowerAction>,
  gracefulShutdown: "refuse" | "forceOff",
): ResetPlan | undefined {
  const action = actionFor(type, available, gracefulShutdown);
  if (action === undefined) return undefined;
  const graceful = GRACEFUL.has(action);
  switch (action) {
    case "on":
      return power === "On" ? { kind: "nothing" } : start;
    case "off":
    case "gracefulOff":
      if (power === "Off") return { kind: "nothing" };
      return { kind: "act", action, expect: "Off", boots: false, graceful };
    case "cycle":
    case "reset":
    case "gracefulReset":
      // Devices refuse to restart what is off (AMT answers "not ready"); what the client wants is a machine that boots.
      if (power === "Off" && available.has("on")) return start;
      return { kind: "act", action, expect: "On", boots: true, graceful };
    case "nmi":
      return { kind: "act", action, expect: undefined, boots: false, graceful };
  }
}

const start: ResetPlan = { kind: "act", action: "on", expect: "On", boots: true, graceful: false };

/**
 * What can be said of the power between an accepted action and the first read after it. Ironic takes PoweringOff for
 * off, so it is never said of a graceful shutdown, which an operating system may ignore.
 */
export function assumedAfter(
  plan: Extract<ResetPlan, { kind: "act" }>,
  before: KnownPower,
): PowerView["power"] {
  if (plan.graceful || plan.expect === undefined) return before;
  return plan.expect === "On" ? "PoweringOn" : "PoweringOff";
}
