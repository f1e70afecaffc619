import { rmSync } from "node:fs";
import { join } from "node:path";
import { withProcessLock } from "../../tools/process-lock.ts";
import { controlPlaneProcesses } from "../control-plane/control-plane.ts";
import { ProcessTable } from "../processes/process-table.ts";
import type { SimSettings } from "../settings.ts";
import { STAND_INS } from "../steps/stand-ins.ts";
import { up } from "./up.ts";

/** Processes that are not on the infra node: what it manages goes on without it. */
const elsewhere = ["devices", "machines"];

/**
 * `sim new-node`: the infra node is lost with all that it held, and a bare one takes its place, at the same address: an empty
 * control plane, no pods, no volumes, an Ironic that is not there yet. Devices, machines and what runs on them notice nothing.
 * Pulumi's state is elsewhere and stays. Returns the names of the processes that were running.
 */
export async function newNode(settings: SimSettings, signal: AbortSignal): Promise<string[]> {
  const { stateDir } = settings;
  const ended: string[] = [];
  const lock = { what: "sim new-node", signal, onWait: (message: string) => console.log(message) };
  await withProcessLock(join(stateDir, "sim.lock"), lock, async () => {
    const table = new ProcessTable(stateDir);
    const names = table.list().map(({ name }) => name);
    const lost = names.filter((name) => !elsewhere.includes(name)).toSorted((a, b) => rank(a) - rank(b));
    for (const name of lost) {
      if (table.running(name)) ended.push(name);
      await table.stop(name);
    }
    for (const folder of ["kwok", "pods", "volumes"])
      rmSync(join(stateDir, folder), { recursive: true, force: true });
  });
  await up(settings, { signal, bare: true });
  return ended;
}

/** The stand-ins first, since the pod runner would start pods again; etcd last. */
function rank(name: string): number {
  return name === STAND_INS ? -2 : controlPlaneProcesses.toReversed().indexOf(name);
}
