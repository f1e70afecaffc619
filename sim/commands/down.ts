import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withProcessLock } from "../../tools/process-lock.ts";
import { controlPlaneProcesses } from "../control-plane/control-plane.ts";
import { endStrayComponents } from "../control-plane/stray-components.ts";
import { devicesSocket } from "../lab/sim-lab.ts";
import { cleanup as endInstalledSystems } from "../machine/os/cleanup.ts";
import { ProcessTable } from "../processes/process-table.ts";
import { endOrphanedPlugins } from "../pulumi/orphaned-plugins.ts";
import { endRunningUpdates } from "../pulumi/running-updates.ts";
import type { SimSettings } from "../settings.ts";
import { machinesFolder, machinesSocket } from "../steps/machines.ts";
import { STAND_INS } from "../steps/stand-ins.ts";

/**
 * `sim down`: ends every process of the sim, so that neither a process nor a port is left.
 *
 * Nothing is destroyed by Pulumi: what was declared stays in etcd and in Pulumi's state, both in the state folder, and
 * the next `up` resumes with the same certificates, passwords and ports. With `purge` the state folder is removed as
 * well, and the next `up` begins anew. Returns the names of the processes that were running.
 */
export async function down(settings: SimSettings, purge: boolean, signal: AbortSignal): Promise<string[]> {
  const table = new ProcessTable(settings.stateDir);
  const ended: string[] = [];
  await withProcessLock(
    join(settings.stateDir, "sim.lock"),
    { what: "npm stop", signal, onWait: (message) => console.log(message) },
    async () => {
      ended.push(...(await endRunningUpdates(settings)));
      await endOrphanedPlugins(settings);
      for (const name of stopOrder(table.list().map((record) => record.name))) {
        if (table.running(name)) ended.push(name);
        await table.stop(name);
      }
      if ((await endStrayComponents(settings)) > 0) ended.push("a half-made control plane");
      rmSync(devicesSocket(settings), { force: true });
      rmSync(machinesSocket(settings), { force: true });
      if (existsSync(machinesFolder(settings))) await endInstalledSystems(machinesFolder(settings));
      // Secrets of pods that no longer run.
      rmSync(join(settings.stateDir, "pods"), { recursive: true, force: true });
    },
  );
  if (purge) rmSync(settings.stateDir, { recursive: true, force: true });
  return ended;
}

/** The stand-ins first, since the pod runner would start the emulator again; etcd last. */
function stopOrder(names: readonly string[]): string[] {
  const last = controlPlaneProcesses.toReversed();
  const rank = (name: string) => (name === STAND_INS ? -2 : last.indexOf(name));
  return names.toSorted((a, b) => rank(a) - rank(b));
}
