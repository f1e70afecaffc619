import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "../../processes/process-identity.ts";
import { waitUntil } from "../../processes/wait-until.ts";
import { MachineNetwork } from "./machine-network.ts";
import { BOOT_SCRIPT } from "./machine-process.ts";

/**
 * Removes what a sim that was killed may have left of its machines: their processes (the kernel has ended them with
 * their parent, this makes sure), the bridge and the cables on it. Namespaces and mounts go with the processes; disks stay.
 *
 * @param labStateDir the folder that {@link MachineNetwork.of} was given, above the machines' own state folders.
 * @throws Error when a process does not end within 10 s of SIGKILL.
 */
export async function cleanup(labStateDir: string): Promise<void> {
  for (const identity of systemsBelow(labStateDir)) {
    try {
      process.kill(identity.pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
    await waitUntil(() => !isAlive(identity), {
      timeoutMs: 10_000,
      everyMs: 20,
      what: `process ${identity.pid}`,
    });
  }
  // Only the name matters for removal.
  await MachineNetwork.of(labStateDir, "0.0.0.0/0").remove();
}

/** First processes of machines: a shell that runs the boot script of a machine's state folder. */
function systemsBelow(labStateDir: string): ProcessIdentity[] {
  const folder = join(labStateDir, "/");
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const [shell, script] = readFileSync(`/proc/${entry}/cmdline`, "utf8").split("\0");
        const ours = shell === "sh" && script?.startsWith(folder) && basename(script) === BOOT_SCRIPT;
        return (ours && identify(Number(entry))) || [];
      } catch {
        return [];
      }
    });
}
