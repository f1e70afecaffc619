import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ListChange } from "../devices/list-change.ts";
import { devicesSocket } from "../lab/sim-lab.ts";
import type { SimMachines } from "../lab/sim-machines.ts";
import { type MachinesConfig, processWide } from "../machine/machines-config.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import { sourceRevision } from "../processes/source-revision.ts";
import { machinesConfigFile, type SimSettings } from "../settings.ts";
import { ensureReloaded } from "./reloaded-process.ts";

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
 * Runs these simulated machines behind their devices. A changed list, or one more Kubernetes version, touches only the
 * machines that changed; anything else means another process, and so a power cut for all. What is on disks stays. Returns
 * what changed; undefined when their process was started.
 * @throws Error that says what is wrong.
 */
export function ensureMachines(
  settings: SimSettings,
  { hostAddress, network, machines }: SimMachines,
  table: ProcessTable,
  { caFile, binaries, signal }: MachinesStep & { readonly signal?: AbortSignal },
): Promise<ListChange | undefined> {
  const config = {
    stateDir: machinesFolder(settings),
    devices: devicesSocket(settings),
    control: machinesSocket(settings),
    network,
    caFile,
    ...(binaries ? { os: { hostAddress, binaries } } : {}),
    machines: machines as MachinesConfig["machines"],
  } satisfies Omit<MachinesConfig, "timeScale">;
  mkdirSync(config.stateDir, { recursive: true });
  const file = machinesConfigFile(settings);
  return ensureReloaded(table, {
    spec: {
      name: MACHINES,
      command: process.execPath,
      args: [join(settings.projectDir, "sim", "machine", "main.ts"), "--config", file],
      cwd: settings.projectDir,
      revision: processWide(config) + sourceRevision(join(settings.projectDir, "sim", "machine")),
      graceMs: 30_000,
    },
    file,
    content: `${JSON.stringify(config, null, 2)}\n`,
    socket: config.control,
    signal,
  });
}
