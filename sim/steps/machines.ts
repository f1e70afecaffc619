import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { devicesSocket, type SimLab } from "../lab/sim-lab.ts";
import { simMachines } from "../lab/sim-machines.ts";
import type { MachinesConfig } from "../machine/machines-config.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import { sourceRevision } from "../processes/source-revision.ts";
import type { SimSettings } from "../settings.ts";

/** Name in the process table. */
export const MACHINES = "machines";

export interface MachinesStep {
  /** PEM of what signs the certificate of Ironic's API. */
  readonly caFile: string;
  /** Folder of a Kubernetes version's binaries, by version; absent: installed systems are not run. */
  readonly binaries?: Readonly<Record<string, string>>;
}

/** Folder of everything that the machines keep: disks, event logs. */
export function machinesFolder({ stateDir }: Pick<SimSettings, "stateDir">): string {
  return join(stateDir, "machines");
}

/** The unix socket of the machines' control API. */
export function machinesSocket({ stateDir }: Pick<SimSettings, "stateDir">): string {
  return join(stateDir, "machines.sock");
}

/**
 * Runs the simulated machines behind the lab's devices. Other machines mean another process, and so a power cut for all;
 * what is on their disks stays. Returns whether it had to be started.
 */
export async function ensureMachines(
  settings: SimSettings,
  lab: SimLab,
  table: ProcessTable,
  { caFile, binaries }: MachinesStep,
): Promise<boolean> {
  const { hostAddress, network, machines } = simMachines(lab.config, lab.devices);
  const config = {
    stateDir: machinesFolder(settings),
    devices: devicesSocket(settings),
    control: machinesSocket(settings),
    network,
    caFile,
    ...(binaries ? { os: { hostAddress, binaries } } : {}),
    machines: machines as MachinesConfig["machines"],
  } satisfies Omit<MachinesConfig, "timeScale">;
  const file = join(settings.stateDir, "machines.json");
  const content = `${JSON.stringify(config, null, 2)}\n`;
  mkdirSync(config.stateDir, { recursive: true });
  writeFileSync(file, content);
  const { started } = await table.ensure({
    name: MACHINES,
    command: process.execPath,
    args: [join(settings.projectDir, "sim", "machine", "main.ts"), "--config", file],
    cwd: settings.projectDir,
    revision: content + sourceRevision(join(settings.projectDir, "sim", "machine")),
    graceMs: 30_000,
  });
  return started;
}
