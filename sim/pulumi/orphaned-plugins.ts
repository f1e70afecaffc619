import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "../processes/process-identity.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { SimSettings } from "../settings.ts";

/** Language host, plugins and the program itself: what the engine starts. */
const STARTED_BY_ENGINE = /pulumi-(language|resource)-|@pulumi\/pulumi\/cmd\/run/;

/**
 * Ends the language host, plugins and programs of a Pulumi engine that was killed: not all of them notice. They are
 * known by the sim's own PULUMI_HOME in their environment and by having lost their engine. Returns how many there were.
 */
export async function endOrphanedPlugins(settings: SimSettings): Promise<number> {
  const home = `PULUMI_HOME=${join(settings.stateDir, "pulumi-home")}`;
  const orphans: ProcessIdentity[] = [];
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const pid = Number(entry);
    if (!STARTED_BY_ENGINE.test(read(pid, "cmdline"))) continue;
    if (!read(pid, "environ").split("\0").includes(home) || hasEngine(pid)) continue;
    const identity = identify(pid);
    if (identity) orphans.push(identity);
  }
  for (const orphan of orphans) {
    end(orphan, "SIGTERM");
    await waitUntil(() => !isAlive(orphan), { what: "plugin", timeoutMs: 3_000 }).catch(() =>
      end(orphan, "SIGKILL"),
    );
  }
  return orphans.length;
}

/** Whether an engine is among the process's ancestors. */
function hasEngine(pid: number): boolean {
  for (let parent = parentOf(pid); parent > 1; parent = parentOf(parent)) {
    if (read(parent, "cmdline").split("\0", 1)[0]?.endsWith("/pulumi")) return true;
  }
  return false;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(read(pid, "status"))?.[1] ?? 0);
}

/** A file of /proc/PID; empty when the process is gone or not ours to look at. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function end(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (isAlive(identity)) process.kill(identity.pid, signal);
}
