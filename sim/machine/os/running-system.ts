import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { FromMachine, SystemPhase, ToMachine } from "./messages.ts";

const START_MS = 30_000;
const SHUTDOWN_MS = 20_000;

/**
 * Why a system runs no more: it was cut off by {@link InstalledSystem.stop}, ended itself (`poweroff`, `reboot`, an
 * orderly shutdown), or died.
 */
export type ExitReason = "power cut" | "poweroff" | "reboot" | "crash";

/** The processes of one boot, seen from outside. */
export class RunningSystem {
  phase: SystemPhase = "starting";
  readonly done: Promise<ExitReason>;
  readonly #child: ChildProcess;
  readonly #ready: Promise<number>;
  readonly #listeners: ((phase: SystemPhase) => void)[] = [];
  #reason: ExitReason = "crash";

  constructor(name: string, child: ChildProcess, log: (line: string) => void) {
    this.#child = child;
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-2_000);
        // What unshare says when it is cut off is nothing of the machine's.
        if (this.#reason === "power cut") return;
        for (const line of text.split("\n")) if (line.trim() !== "") log(line);
      });
    }
    this.#ready = new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${name}: no system after ${START_MS} ms: ${said}`)),
        START_MS,
      );
      child.once("error", (error) => reject(new Error(`${name}: not started: ${error.message}`)));
      child.once("exit", (code) => reject(new Error(`${name}: ended with ${code} at its start: ${said}`)));
      child.on("message", (message: FromMachine) => {
        if (message.kind === "ready" && child.pid !== undefined) {
          clearTimeout(late);
          resolve(child.pid);
        } else if (message.kind === "log") log(message.line);
        else if (message.kind === "phase") this.#enter(message.phase);
        else if (message.kind === "off") this.#reason = message.how;
      });
      this.#clear = () => clearTimeout(late);
    });
    this.#ready.catch(() => {
      // Told to who awaits ready(); a system that dies later has been ready.
    });
    this.done = new Promise((resolve) => {
      const ended = () => {
        this.#clear();
        this.#enter("off");
        resolve(this.#reason);
      };
      child.once("exit", ended);
      child.once("error", ended);
    });
  }

  #clear: () => void = () => {};

  /** The id of the process whose network namespace is the machine's, once there is one. */
  ready(): Promise<number> {
    return this.#ready;
  }

  send(message: ToMachine): void {
    // It may end at any moment; `done` tells.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  onPhase(listener: (phase: SystemPhase) => void): void {
    this.#listeners.push(listener);
  }

  async stop(): Promise<void> {
    if (this.phase !== "off") {
      this.#reason = "power cut";
      this.#kill();
    }
    await this.done;
  }

  async shutdown(): Promise<void> {
    if (this.phase === "off") return;
    this.#reason = "poweroff";
    this.send({ kind: "shutdown" });
    const late = setTimeout(() => this.#kill(), SHUTDOWN_MS);
    await this.done;
    clearTimeout(late);
  }

  /**
   * Kills process 1 of the namespace rather than its parent: the kernel ends all others with it before the parent is
   * told, so `exit` of the parent means that nothing is left.
   */
  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    let first: number | undefined;
    try {
      first =
        Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]) || undefined;
    } catch {
      // No such file in this kernel, or gone: unshare's --kill-child does it then.
    }
    try {
      process.kill(first ?? pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  #enter(phase: SystemPhase): void {
    if (this.phase === phase || this.phase === "off") return;
    this.phase = phase;
    for (const listener of this.#listeners) listener(phase);
  }
}
