import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ListChange } from "../devices/list-change.ts";
import { devicesFile, devicesSocket, type SimDevice } from "../lab/sim-lab.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import { sourceRevision } from "../processes/source-revision.ts";
import { devicesConfigFile, type SimSettings } from "../settings.ts";
import { ensureReloaded } from "./reloaded-process.ts";

/** Name in the process table. */
export const DEVICES = "devices";

/**
 * Runs these simulated devices; when it returns all of them listen. A changed list touches only those that changed; power
 * is kept on disk, as a relay keeps its own. Returns what changed; undefined when their process was started.
 * @throws Error that names each device that cannot be had, and the way out.
 */
export function ensureDevices(
  settings: SimSettings,
  devices: readonly SimDevice[],
  table: ProcessTable,
  signal?: AbortSignal,
): Promise<ListChange | undefined> {
  mkdirSync(join(settings.stateDir, "devices"), { recursive: true });
  const file = devicesConfigFile(settings);
  return ensureReloaded(table, {
    spec: {
      name: DEVICES,
      command: process.execPath,
      args: [join(settings.projectDir, "sim", "devices", "main.ts"), "--config", file],
      cwd: settings.projectDir,
      // What else is in the file is where things lie in the state folder, and fixed.
      revision: sourceRevision(join(settings.projectDir, "sim", "devices")),
    },
    file,
    content: devicesFile(settings, devices),
    socket: devicesSocket(settings),
    signal,
  });
}
