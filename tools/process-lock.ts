import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Who holds a lock. `started` tells a process from a later one that was given the same id (Linux only, else ""). */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly what: string;
}

export interface LockOptions {
  /** What is being done, shown to another process that waits. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once for each holder that is waited for. */
  readonly onWait?: (message: string) => void;
  readonly pollMilliseconds?: number;
}

/**
 * Runs `work` while this process alone holds the lock file, waiting for another living process to finish first.
 *
 * The file holds the process id; the lock of a process that is gone (kill -9, power cut) is taken over. The lock is
 * between processes, not between callers inside one.
 * @throws the signal's reason when aborted while waiting, and whatever `work` throws.
 */
export async function withProcessLock<T>(
  file: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const mine = JSON.stringify({ pid: process.pid, started: startTime(process.pid), what: options.what });
  let announced = "";
  mkdirSync(dirname(file), { recursive: true });
  while (!tryCreate(file, mine)) {
    options.signal?.throwIfAborted();
    const text = readText(file);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder === undefined || !isRunning(holder)) {
      takeAway(file, text);
      continue;
    }
    if (announced !== text) {
      announced = text;
      options.onWait?.(`waiting for process ${holder.pid}: ${holder.what}`);
    }
    await delay(options.pollMilliseconds ?? 500, undefined, { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    if (readText(file) === mine) rmSync(file, { force: true });
  }
}

/** The file appears with its content or not at all: it is written aside and linked, which fails if the name is taken. */
function tryCreate(file: string, content: string): boolean {
  const aside = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(aside, content);
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Removes a stale lock. Two processes may both have seen it as stale: the slower must not take the faster one's new lock. */
function takeAway(file: string, stale: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
    if (readText(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, started, what } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== "number" || typeof started !== "string") return undefined;
    return { pid, started, what: what ?? "" };
  } catch {
    return undefined;
  }
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return holder.started === startTime(holder.pid);
}

/** Field 22 of /proc/PID/stat (proc(5)): clock ticks after boot. The command name before it may hold blanks and brackets. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
