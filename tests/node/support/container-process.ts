import { readdirSync, readFileSync } from "node:fs";

/** A process of a container, as the kernel of this machine knows it. */
export interface ContainerProcess {
  readonly pid: number;
  readonly user: number;
  /** Effective ones, as a hexadecimal mask. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
  /** Whether a system call filter is in force. */
  readonly filtered: boolean;
  readonly readOnlyRoot: boolean;
}

/**
 * The processes of a pod's container, the first one first: what is really in force, whatever was declared.
 * @param program what their command lines hold; a pod's sandbox has a process, too.
 * @throws Error when there is none on this machine.
 */
export function containerProcesses(podUid: string, program: string): readonly ContainerProcess[] {
  // With systemd's control groups a uid is written with underscores.
  const names = [podUid, podUid.replaceAll("-", "_")];
  const found: ContainerProcess[] = [];
  for (const pid of readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)) {
    const groups = read(pid, "cgroup");
    if (!names.some((name) => groups.includes(name)) || !read(pid, "cmdline").includes(program)) continue;
    const status = read(pid, "status");
    const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1] ?? "";
    const root = read(pid, "mountinfo")
      .split("\n")
      .find((line) => line.split(" ")[4] === "/");
    found.push({
      pid,
      user: Number(field("Uid")),
      capabilities: field("CapEff"),
      noNewPrivileges: field("NoNewPrivs") === "1",
      filtered: field("Seccomp") === "2",
      readOnlyRoot: root?.split(" ")[5]?.split(",").includes("ro") === true,
    });
  }
  if (found.length === 0) throw new Error(`pod ${podUid} has no process ${program} on this machine`);
  return found;
}

/** Empty when the process has ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
