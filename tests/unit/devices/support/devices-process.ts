import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../../sim/devices/main.ts", import.meta.url));

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `sim/devices/main.ts` as a process of its own, with a folder that is removed at the end. */
export class DevicesProcess {
  readonly folder = mkdtempSync(join(tmpdir(), "edge-lab-devices-"));
  readonly control = join(this.folder, "devices.sock");
  stdout = "";
  stderr = "";
  #child: ChildProcess | undefined;
  #exit: Promise<Exit> | undefined;

  /** Starts it with these devices; resolves with the first line of its output, or when it has ended without one. */
  async start(
    devices: readonly Record<string, unknown>[],
    other: Record<string, unknown> = {},
  ): Promise<string> {
    const config = { stateDir: join(this.folder, "state"), control: this.control, devices, ...other };
    return this.startWith(JSON.stringify(config));
  }

  /** Writes its file anew, which it does not notice by itself. */
  write(devices: readonly Record<string, unknown>[], other: Record<string, unknown> = {}): void {
    const config = { stateDir: join(this.folder, "state"), control: this.control, devices, ...other };
    writeFileSync(join(this.folder, "devices.json"), JSON.stringify(config));
  }

  async startWith(content: string): Promise<string> {
    const file = join(this.folder, "devices.json");
    writeFileSync(file, content);
    this.stdout = "";
    this.stderr = "";
    const child = spawn(process.execPath, [MAIN, "--config", file], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#exit = once(child, "close").then(([code, signal]) => ({ code, signal }) as Exit);
    child.stderr.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    const line = new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        this.stdout += chunk.toString();
        if (this.stdout.includes("\n")) resolve();
      });
    });
    await Promise.race([line, this.#exit]);
    return this.stdout.split("\n")[0] ?? "";
  }

  /** How it ended; waits for it. */
  get ended(): Promise<Exit> {
    return this.#exit ?? Promise.reject(new Error("not started"));
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.#child?.kill(signal);
    return this.ended;
  }

  /** Asks the control API. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: this.control, method, path, agent: false }, (incoming) => {
        let text = "";
        incoming.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) }));
      });
      outgoing.on("error", reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Ends it, if it runs, and removes its folder. */
  async dispose(): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null)
      await this.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
