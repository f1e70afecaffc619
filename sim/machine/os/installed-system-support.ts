import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CommandError, systemCommand } from "./system-command.ts";

const COMMANDS: Readonly<Record<string, string>> = {
  ip: "iproute2",
  unshare: "util-linux",
  setpriv: "util-linux",
  mount: "mount (util-linux)",
  pivot_root: "util-linux",
  hostname: "hostname",
};

/**
 * What is missing here to run the installed system of simulated machines, in plain words with a way out, or undefined
 * when nothing is: Linux, root, a few programs, and the right to make namespaces and network bridges. Leaves nothing
 * behind.
 */
export async function installedSystemSupport(): Promise<string | undefined> {
  if (process.platform !== "linux") {
    return `Simulated machines run their system in Linux namespaces; this is ${process.platform}. Use a Linux machine, or a Linux container started with --privileged.`;
  }
  if (process.getuid?.() !== 0) {
    return "Simulated machines need root: they have their own network, mounts and processes. Run as root (sudo -E npm start), or in a container.";
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  const missing = Object.entries(COMMANDS).filter(
    ([command]) => !folders.some((folder) => existsSync(join(folder, command))),
  );
  if (missing.length > 0) {
    const names = missing.map(([command, from]) => `${command} (package ${from})`);
    return `These programs are not on PATH: ${names.join(", ")}. Install them.`;
  }
  const namespaces = ["--net", "--mount", "--pid", "--uts", "--ipc", "--fork"];
  try {
    await systemCommand("unshare", [...namespaces, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  } catch (error) {
    return `Namespaces and mounts are refused here (${wordsOf(error)}). In a container: start it with --privileged.`;
  }
  // In a network namespace of its own: nothing has to be removed, whatever happens.
  const probe =
    "ip link add br0 type bridge && ip link add ve0 type veth peer name ve1 && ip link set ve0 master br0";
  try {
    await systemCommand("unshare", ["--net", "sh", "-c", probe]);
  } catch (error) {
    return `Network bridges are refused here (${wordsOf(error)}). Load the kernel modules: modprobe -a bridge veth.`;
  }
  return undefined;
}

function wordsOf(error: unknown): string {
  if (error instanceof CommandError) return error.stderr.trim() || error.message;
  return error instanceof Error ? error.message : String(error);
}
