import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "../processes/process-identity.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { SimSettings } from "../settings.ts";

/**
 * Ends control plane processes of this sim that nobody has a record of: kwokctl starts them, and whoever called it may
 * have been killed before it could write them down. They are known by their program, a link inside the state folder.
 * Returns how many there were.
 */
export async function endStrayComponents(settings: SimSettings): Promise<number> {
  const folder = join(settings.stateDir, "kwok", "clusters");
  const strays: ProcessIdentity[] = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && programOf(entry).startsWith(`${folder}/`))
    .flatMap((entry) => identify(Number(entry)) ?? []);
  for (const stray of strays) {
    if (isAlive(stray)) process.kill(stray.pid, "SIGTERM");
    await waitUntil(() => !isAlive(stray), { what: "a control plane process", timeoutMs: 10_000 }).catch(
      () => {
        if (isAlive(stray)) process.kill(stray.pid, "SIGKILL");
      },
    );
  }
  return strays.length;
}

function programOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0", 1)[0] ?? "";
  } catch {
    return "";
  }
}
