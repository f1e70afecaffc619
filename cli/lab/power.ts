import { setTimeout as pause } from "node:timers/promises";
import { apiPaths } from "./api-paths.ts";
import { EmulatorClient } from "./emulator-client.ts";
import type { LabContext } from "./lab-context.ts";
import { LabError } from "./lab-error.ts";
import { type Host, objects } from "./why/objects.ts";

export const powerActions = ["on", "off", "restart"] as const;
export type PowerAction = (typeof powerActions)[number];

export interface PowerOptions {
  /** Asks the operating system first to end by itself, where the device can. */
  readonly soft: boolean;
  /** Tells Metal3 too, so that it does not undo it. */
  readonly hold: boolean;
  /** Asked before something that is in use is switched off; the answer decides. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Lines for people. */
  readonly say: (line: string) => void;
  /** Milliseconds. */
  readonly sleep?: (duration: number) => Promise<void>;
}

const resetTypes: Readonly<Record<PowerAction, { readonly hard: string; readonly soft?: string }>> = {
  on: { hard: "On" },
  off: { hard: "ForceOff", soft: "GracefulShutdown" },
  restart: { hard: "ForceRestart", soft: "GracefulRestart" },
};
/** Milliseconds between two looks, and in all: a plug is read once in 30 s, a shutdown takes its time. */
const everyMs = 2_000;
const patienceMs = 180_000;

/**
 * Switches a host by its device, through the emulator, and follows until it has.
 *
 * @returns whether it came to the wished state; false also when the question was answered with no.
 * @throws LabError for what cannot be done; EmulatorFailure with the emulator's words; ApiRefusal, ApiUnreachable.
 */
export async function switchPower(
  lab: LabContext,
  host: string,
  action: PowerAction,
  options: PowerOptions,
): Promise<boolean> {
  const { say, sleep = (duration) => pause(duration) } = options;
  const api = lab.infra();
  const path = `${apiPaths.hosts}/${encodeURIComponent(host)}`;
  const [found, client] = await Promise.all([api.find(path), EmulatorClient.of(lab, api)]);
  if (client === undefined) throw new LabError("the emulator is not declared yet", "Run pulumi up");
  const system = await client.system(host);
  if (system === undefined) {
    const known = lab.config.hosts.map(({ name }) => name).join(", ") || "none";
    throw new LabError(`the emulator knows no host ${host}`, `Hosts of this lab: ${known}`);
  }
  const { hard, soft } = resetTypes[action];
  const type = options.soft ? soft : hard;
  if (type === undefined || !system.resetTypes.includes(type)) {
    const offered = system.resetTypes.join(", ") || "nothing";
    throw new LabError(
      `the device of ${host} has no ${type ?? `soft ${action}`}; it has: ${offered}`,
      options.soft ? "Leave --soft out" : "See docs/emulator.md",
    );
  }
  const metal3 = found === undefined ? undefined : objects.host.parse(found);
  const question = metal3 === undefined || action === "on" ? undefined : inUse(metal3, action);
  if (question !== undefined && !(await options.confirm(question))) return false;
  // First, so that Metal3 does not see a change that nobody wants.
  if (options.hold && metal3 !== undefined) await api.patch(path, { spec: { online: action !== "off" } });
  else if (metal3 !== undefined) warn(metal3, action, say);
  await client.reset(host, type);
  say(`${host}: ${type} accepted`);
  const wished = action === "off" ? "Off" : "On";
  for (let waited = 0; waited <= patienceMs; waited += everyMs) {
    const { power, conditions } = (await client.system(host)) ?? { power: "Unknown", conditions: [] };
    const unsettled = conditions.find(({ message }) => /did not come to the wished state/.test(message));
    if (unsettled !== undefined) throw new LabError(`${host}: ${unsettled.message}`, `See lab why ${host}`);
    if (power === wished) {
      say(`${host}: ${power}`);
      return true;
    }
    await sleep(everyMs);
  }
  throw new LabError(`${host} is not ${wished} after ${patienceMs / 1000} s`, `See lab why ${host}`);
}

/** undefined when nobody would miss it. */
function inUse({ metadata, spec, status }: Host, action: PowerAction): string | undefined {
  const { state } = status.provisioning;
  if (spec.consumerRef === undefined && (state === "available" || state === "")) return undefined;
  const user = spec.consumerRef === undefined ? "" : ` and used by ${spec.consumerRef.name}`;
  const what = { on: "switch it on", off: "switch it off", restart: "restart it" }[action];
  return `${metadata.name} is ${state}${user}. Really ${what}?`;
}

/** Metal3 compares power with spec.online every two minutes (Ironic's sync_power_state_interval) and switches back. */
function warn({ metadata, spec }: Host, action: PowerAction, say: PowerOptions["say"]): void {
  const back = action === "off" ? spec.online : action === "on" ? !spec.online : false;
  if (!back) return;
  const held = action === "off" ? "off" : "on";
  say(
    `${metadata.name}: Metal3 wants it ${spec.online ? "on" : "off"} and will switch it back within minutes; --hold keeps it ${held}`,
  );
}
