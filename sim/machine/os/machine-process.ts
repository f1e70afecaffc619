import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { insidePaths, type PrivateRootOptions, privateRootScript } from "./private-root.ts";

const MAIN = fileURLToPath(new URL("./inside/main.ts", import.meta.url));
/** Beside the root folder; cleanup finds a machine's first process by it. */
export const BOOT_SCRIPT = "boot.sh";
/** Rights by which even root in namespaces would reach the host itself: its clock, modules, devices. */
const WITHHELD = ["sys_module", "sys_time", "sys_boot", "sys_rawio", "mknod"].map((right) => `-${right}`);

/**
 * Starts process 1 of a machine in new network, mount, process, host name and IPC namespaces, which makes its root folder
 * and goes on with the system's main program. That one talks over Node's IPC channel (messages.ts).
 *
 * The kernel kills it with its parent (PR_SET_PDEATHSIG, set by setpriv and by unshare's --kill-child).
 */
export function spawnMachine(options: PrivateRootOptions): ChildProcess {
  const script = join(dirname(options.root), BOOT_SCRIPT);
  writeFileSync(script, privateRootScript(options));
  const inside = [insidePaths.node, "--disable-warning=ExperimentalWarning", MAIN];
  const unshare = ["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
  return spawn(
    "setpriv",
    [
      "--pdeathsig",
      "KILL",
      `--bounding-set=${WITHHELD.join(",")}`,
      "--",
      "unshare",
      ...unshare,
      "sh",
      script,
      ...inside,
    ],
    {
      // A group of its own, so that Ctrl-C in the terminal is not a signal to the machine.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Nothing of the host's environment: no credentials, no proxies.
      env: {
        PATH: `${insidePaths.commands}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: "/root",
        LANG: "C.UTF-8",
        // Small heaps: there is one of these per machine.
        NODE_OPTIONS: "--max-old-space-size=192 --max-semi-space-size=2",
      },
    },
  );
}
