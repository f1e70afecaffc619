import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workload } from "./workload.ts";

export interface StaticProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Asked while the process lives; a process without one is ready as long as it lives. */
  readonly readiness?: () => Promise<boolean>;
  readonly onRestart: (exit: string) => void;
}

const PROBE_EVERY_MS = 2_000;
const GRACE_MS = 4_000;
/** Shorter than a kubelet's 10 s to 5 min: a simulated machine's time is scaled. */
const BACK_OFF_MS = { first: 1_000, most: 15_000 } as const;
/** A process that lived this long is taken for healthy: its next crash is a first one. */
const HEALTHY_MS = 60_000;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

/** A container that is a process of this machine: kept running with growing pauses, probed, ended with grace. */
export class StaticProcess implements Workload {
  ready = false;
  restarts = 0;
  readonly #options: StaticProcessOptions;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #child: ChildProcess | undefined;

  constructor(options: StaticProcessOptions) {
    this.#options = options;
    this.#ended = this.#keepRunning();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill("SIGTERM");
    // The API server waits a minute for its watchers; a machine that is switched off does not.
    const late = setTimeout(() => this.#child?.kill("SIGKILL"), GRACE_MS);
    await this.#ended;
    clearTimeout(late);
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const started = Date.now();
      const exit = await this.#runOnce();
      this.ready = false;
      if (signal.aborted) return;
      failures = Date.now() - started > HEALTHY_MS ? 0 : failures + 1;
      this.restarts += 1;
      this.#options.onRestart(exit);
      const pause = Math.min(BACK_OFF_MS.first * 2 ** (failures - 1), BACK_OFF_MS.most);
      await sleep(Math.max(pause, BACK_OFF_MS.first), undefined, { signal }).catch(() => {});
    }
  }

  async #runOnce(): Promise<string> {
    const { command, args, env, logFile } = this.#options;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, "a");
    if (statSync(logFile).size > LOG_LIMIT_BYTES) truncateSync(logFile);
    const child = spawn(command, args, { stdio: ["ignore", log, log], env: { ...process.env, ...env } });
    closeSync(log);
    this.#child = child;
    const over = new AbortController();
    const probing = this.#probe(over.signal);
    const exit = await new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    over.abort();
    await probing;
    return exit;
  }

  async #probe(over: AbortSignal): Promise<void> {
    const { readiness } = this.#options;
    while (!over.aborted) {
      const ready = readiness ? await readiness() : true;
      this.ready = ready && !over.aborted;
      // Looked at more often while it comes up.
      await sleep(this.ready ? PROBE_EVERY_MS : 500, undefined, { signal: over }).catch(() => {});
    }
  }
}
