import { readdirSync, readFileSync } from "node:fs";

/** A process that cannot be confused with a later one under the same number: the pid and when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The machine's boot id and the start time in clock ticks since that boot: survives nothing it should not. */
  readonly startedAt: string;
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/**
 * Who runs under `pid` now, or undefined when nobody does. A zombie counts as nobody: it holds no port and no file.
 * Reads /proc/PID/stat (proc(5)); the command name in it may hold spaces and brackets, hence the last `)`.
 */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields[0], fields[19]];
  if (state === undefined || ticks === undefined || state === "Z" || state === "X") return undefined;
  return { pid, startedAt: `${bootId()}:${ticks}` };
}

/** Whether exactly this process still runs, and not another one that was given its number. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** The running process whose arguments are exactly `argv`, for a process whose record was lost between fork and write. */
export function findByArguments(argv: readonly string[]): ProcessIdentity | undefined {
  const wanted = argv.join("\0");
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, "utf8").replace(/\0+$/, "") !== wanted) continue;
    } catch {
      continue;
    }
    const identity = identify(Number(entry));
    if (identity) return identity;
  }
  return undefined;
}
