import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { socketControl } from "../../../../../sim/lab/socket-control.ts";
import type { MachineEvent } from "../../../../../sim/machine/event-log.ts";
import { waitUntil } from "../../../../../sim/processes/wait-until.ts";

const MAIN = fileURLToPath(new URL("../../../../../sim/machine/main.ts", import.meta.url));

/** `sim/machine/main.ts` as a process of its own, in a folder that somebody else removes. */
export class MachinesProcess {
  readonly control: string;
  readonly #folder: string;
  readonly #devices: string;
  #child: ChildProcess | undefined;

  /** @param devices the socket of the simulated devices. */
  constructor(folder: string, devices: string) {
    this.#folder = folder;
    this.#devices = devices;
    this.control = join(folder, "machines.sock");
  }

  /** Writes its file, which a running process does not notice by itself. */
  write(machines: readonly Record<string, unknown>[], other: Record<string, unknown> = {}): void {
    const config = {
      stateDir: join(this.#folder, "machines"),
      devices: this.#devices,
      control: this.control,
      timeScale: 0.001,
      // Nobody serves there: machines go on with their disks.
      network: "http://127.0.0.1:9",
      machines,
      ...other,
    };
    writeFileSync(join(this.#folder, "machines.json"), JSON.stringify(config));
  }

  /** Resolves when it is ready. @throws Error with its last words when it ends before. */
  async start(machines: readonly Record<string, unknown>[]): Promise<void> {
    this.write(machines);
    const args = [MAIN, "--config", join(this.#folder, "machines.json")];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    let words = "";
    child.stderr.on("data", (chunk: Buffer) => {
      words += chunk.toString();
    });
    const ended = once(child, "close").then(() => Promise.reject(new Error(`it has ended: ${words}`)));
    await Promise.race([once(child.stdout, "data"), ended]);
    ended.catch(() => undefined);
  }

  ask<T>(method: string, path: string): Promise<T> {
    return socketControl<T>(this.control, method, path);
  }

  /** An image on the machine's first disk, as a deployment leaves it. */
  install(machine: string, disk: string): void {
    const folder = join(this.#folder, "machines", machine, disk);
    mkdirSync(folder, { recursive: true });
    const image = { url: "http://images.example/node.raw", bytes: 1, firstLine: "node" };
    writeFileSync(join(folder, "content.json"), JSON.stringify({ image }));
  }

  /** What has happened to a machine so far, in the words of its event log. */
  events(machine: string): string[] {
    const file = join(this.#folder, "machines", machine, "events.jsonl");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    return lines.map((line) => (JSON.parse(line) as MachineEvent).what);
  }

  /** Waits until the last thing that happened to the machine is this. */
  async comesTo(machine: string, what: string): Promise<void> {
    await waitUntil(() => this.events(machine).at(-1) === what, {
      what: `${what} of ${machine}`,
      timeoutMs: 20_000,
      everyMs: 20,
    });
  }

  async end(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }
}
