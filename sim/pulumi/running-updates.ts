import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "../processes/process-identity.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { SimSettings } from "../settings.ts";
import { locksFolder } from "./pulumi-workspace.ts";

/** Time for Pulumi to finish the operation it is in. */
const GRACE_MS = 30_000;

/** A lock of the file backend: which process works, or worked, on the stack. */
export interface UpdateLock {
  readonly pid: number;
  readonly owner: ProcessIdentity | undefined;
}

/** The locks of a sim's stack. One without a living pulumi is what a killed one left behind. */
export function updateLocks(settings: SimSettings): UpdateLock[] {
  const folder = locksFolder(settings);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => {
      const { pid = 0 } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid?: number };
      return { pid, owner: isPulumi(pid) ? identify(pid) : undefined };
    });
}

/** The number may have been given to somebody else since. */
function isPulumi(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0", 1)[0]?.endsWith("pulumi") ?? false;
  } catch {
    return false;
  }
}

/** Asks updates that still work on the sim's stack to end, and kills those that do not. Returns what was ended. */
export async function endRunningUpdates(settings: SimSettings): Promise<string[]> {
  const ended: string[] = [];
  for (const { owner } of updateLocks(settings)) {
    if (!owner) continue;
    ended.push(`pulumi (pid ${owner.pid})`);
    process.kill(owner.pid, "SIGINT");
    await waitUntil(() => !isAlive(owner), { what: "pulumi", timeoutMs: GRACE_MS }).catch(() => {
      if (isAlive(owner)) process.kill(owner.pid, "SIGKILL");
    });
  }
  return ended;
}
