import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { SimLab } from "../lab/sim-lab.ts";
import { portOwner } from "../processes/port-owner.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import { controlPlanePorts, type SimSettings } from "../settings.ts";

/** An address that the sim needs, and what to change when somebody else has it. */
export interface NeededPort {
  readonly host: string;
  readonly port: number;
  readonly purpose: string;
  readonly setting: string;
}

/** etcd, logs and Pulumi's history grow; tools check for themselves what a build needs. */
const NEEDED_BYTES = 1024 ** 3;

/** Every address that the sim will listen on. */
export function neededPorts(settings: SimSettings, lab: SimLab): NeededPort[] {
  const controlPlane = Object.entries(controlPlanePorts(settings)).map(([name, port]) => ({
    host: "127.0.0.1",
    port,
    purpose: `the control plane (${name})`,
    setting: "--first-port of `npm run sim -- --first-port PORT up`",
  }));
  const devices = lab.devices.map(({ name, host, port }) => ({
    host,
    port,
    purpose: `the simulated device of ${name}`,
    setting: `the address of host ${name} in ${settings.configFile}`,
  }));
  const emulator = {
    host: lab.emulator.host,
    port: lab.emulator.port,
    purpose: "the Redfish emulator",
    setting: `edge-lab:emulator.address in ${settings.configFile}`,
  };
  return [...controlPlane, ...devices, emulator];
}

/**
 * Looks whether the sim can run here at all, before anything is started.
 * @throws Error that lists everything that is in the way, each with its way out.
 */
export function preflight(settings: SimSettings, lab: SimLab, table: ProcessTable): void {
  if (process.platform !== "linux") {
    throw new Error(
      `The sim needs Linux (it uses all of 127.0.0.0/8 and /proc); this is ${process.platform}. ` +
        "Fix: run it in a Linux virtual machine or container, or in WSL 2.",
    );
  }
  const problems = [...shortDisk(settings), ...takenPorts(settings, neededPorts(settings, lab), table)];
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

function shortDisk(settings: SimSettings): string[] {
  let folder = settings.stateDir;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return [];
  const megabytes = Math.floor(free / 1024 ** 2);
  return [
    `${folder} has ${megabytes} MB free, the sim needs ${NEEDED_BYTES / 1024 ** 2} MB. Fix: make room there.`,
  ];
}

/** Ours are the recorded ones, and those that were started with a file of the state folder but could not be recorded. */
function takenPorts(settings: SimSettings, ports: readonly NeededPort[], table: ProcessTable): string[] {
  const ours = new Set(table.list().map(({ name }) => table.running(name)?.pid));
  return ports.flatMap(({ host, port, purpose, setting }) => {
    const owner = portOwner(host, port);
    if (!owner || ours.has(owner.pid) || owner.command?.includes(`${settings.stateDir}/`)) return [];
    const who = owner.pid
      ? `process ${owner.pid} (${owner.command?.slice(0, 120)})`
      : "a process of another user";
    return [`${host}:${port}, for ${purpose}, is taken by ${who}. Fix: end it, or change ${setting}.`];
  });
}
