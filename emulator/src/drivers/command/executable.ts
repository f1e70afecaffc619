import { spawn } from "node:child_process";
import type { MachineConfig } from "../../config.ts";
import type { DevicePower, PowerAction } from "../driver.ts";
import { DeviceError, type DeviceErrorKind } from "../errors.ts";
import type { ExecutableOptions } from "./options.ts";
import { MAX_ANSWER, stopped, type Way } from "./way.ts";

/** Exit codes with a meaning of their own, from sysexits.h; any other but 0 is kind "device". */
const KINDS: ReadonlyMap<number, DeviceErrorKind> = new Map([
  [69, "unreachable"],
  [75, "refused"],
  [77, "bad-credentials"],
]);

/**
 * A local program, started anew for each call without a shell. The login is in its environment only (arguments are
 * shown to every user of the system), and nothing of the emulator's own environment but PATH.
 */
export class Executable implements Way {
  readonly actions: readonly PowerAction[];
  readonly #machine: MachineConfig;
  readonly #options: ExecutableOptions;

  constructor(machine: MachineConfig, options: ExecutableOptions) {
    this.#machine = machine;
    this.#options = options;
    this.actions = ["on", "off", ...options.actions];
  }

  async read(signal: AbortSignal): Promise<DevicePower> {
    const word = (await this.#run("status", signal)).trim().toLowerCase();
    if (word === "on") return "On";
    if (word === "off") return "Off";
    throw new DeviceError("device", `${this.#where("status")} printed neither "on" nor "off"`);
  }

  async act(action: PowerAction, signal: AbortSignal): Promise<void> {
    await this.#run(action, signal);
  }

  #where(action: string): string {
    return `${this.#machine.name}: ${this.#options.path} (${action})`;
  }

  #run(action: PowerAction | "status", signal: AbortSignal): Promise<string> {
    const { name, address, username, password } = this.#machine;
    const where = this.#where(action);
    if (signal.aborted) return Promise.reject(stopped(where, signal));
    const words = new Map([
      ["{action}", action],
      ["{name}", name],
      ["{address}", address],
    ]);
    return new Promise((resolve, reject) => {
      const child = spawn(
        this.#options.path,
        this.#options.args.map((word) => words.get(word) ?? word),
        {
          cwd: "/",
          // A process group of its own, so that what it started ends with it.
          detached: true,
          stdio: ["ignore", "pipe", "ignore"],
          env: {
            PATH: process.env.PATH ?? "/usr/bin:/bin",
            EDGE_LAB_USERNAME: username,
            EDGE_LAB_PASSWORD: password,
          },
        },
      );
      const chunks: Buffer[] = [];
      let length = 0;
      const fail = (error: DeviceError): void => {
        signal.removeEventListener("abort", abort);
        killGroup(child.pid);
        child.stdout.destroy();
        reject(error);
      };
      const abort = (): void => fail(stopped(where, signal));
      signal.addEventListener("abort", abort, { once: true });
      child.stdout.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > MAX_ANSWER)
          fail(new DeviceError("device", `${where} printed more than ${MAX_ANSWER} bytes`));
      });
      child.on("error", (error) => {
        const code = "code" in error ? String(error.code) : "unknown";
        fail(new DeviceError("device", `${where} cannot be started (${code})`));
      });
      child.on("close", (code, killedBy) => {
        signal.removeEventListener("abort", abort);
        if (code === 0) resolve(Buffer.concat(chunks).toString("utf8"));
        else
          reject(
            new DeviceError(KINDS.get(code ?? -1) ?? "device", `${where} ended with ${code ?? killedBy}`),
          );
      });
    });
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
