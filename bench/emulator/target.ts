import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { interruption } from "./interruption.ts";

/** Whatever way this process ends by itself, none of them is left. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A server under load: a process of its own. */
export class Target {
  readonly url: string;
  /** Milliseconds from its start to its first answer. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(url: string, startMs: number, child: ChildProcess) {
    this.url = url;
    this.startMs = startMs;
    this.#child = child;
  }

  /**
   * Starts a program and waits until it answers.
   * @param url where; or absent when it prints `listening URL`
   * @throws Error with its last words when it ends, or does not answer within a minute; when the bench is ended meanwhile
   */
  static async start(
    program: string,
    args: readonly string[],
    { url, environment = {} }: { readonly url?: string; readonly environment?: Record<string, string> } = {},
  ): Promise<Target> {
    interruption.throwIfAborted();
    const begin = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    child.on("exit", () => running.delete(child));
    let said = "";
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString("utf8")).slice(-5_000);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    while (performance.now() - begin < 60_000 && child.exitCode === null && !interruption.aborted) {
      const found = url ?? /listening (\S+)/.exec(said)?.[1];
      if (found !== undefined && (await answers(found))) {
        return new Target(found, performance.now() - begin, child);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGKILL");
    interruption.throwIfAborted();
    throw new Error(`${program} ${args.join(" ")} does not answer:\n${said}`);
  }

  /** Resident memory of the process and its children, in MiB. */
  get memoryMiB(): number {
    return this.#family.reduce((sum, pid) => sum + residentMiB(pid), 0);
  }

  /** Seconds of CPU that the process and its children have used. */
  get cpuSeconds(): number {
    return this.#family.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(late);
  }

  get #family(): number[] {
    const { pid = 0 } = this.#child;
    const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean).map(Number);
    return [pid, ...children];
  }
}

/** Any answer counts: without a login it may be 401. */
async function answers(url: string): Promise<boolean> {
  try {
    await fetch(`${url.replace("https:", "http:")}/redfish/v1/`, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch (error) {
    // A TLS server hangs up on plain HTTP: it listens.
    const { cause } = error as { cause?: { code?: string } };
    return url.startsWith("https:") && cause?.code !== "ECONNREFUSED";
  }
}

function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function cpuSeconds(pid: number): number {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
