import type { MachineConfig } from "../../config.ts";
import type { DevicePower, PowerAction } from "../driver.ts";
import { DeviceError, type DeviceErrorKind } from "../errors.ts";
import type { ExecutableOptions } from "./options.ts";
import { runProgram } from "./run-program.ts";
import { type Command, mayRepeat, type Way } from "./way.ts";

/** Exit codes with a meaning of their own, from sysexits.h; any other but 0 is kind "device". */
const KINDS: ReadonlyMap<number, DeviceErrorKind> = new Map([
  [69, "unreachable"],
  [75, "refused"],
  [77, "bad-credentials"],
]);

/**
 * A local program, started anew for each call, without a shell. The login is in its environment only (arguments are
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

  #where(command: Command): string {
    return `${this.#machine.name}: ${this.#options.path} (${command})`;
  }

  async #run(command: Command, signal: AbortSignal): Promise<string> {
    const { name, address, username, password } = this.#machine;
    const where = this.#where(command);
    const words = new Map<string, string>([
      ["{action}", command],
      ["{name}", name],
      ["{address}", address],
    ]);
    const { code, killedBy, output } = await runProgram({
      where,
      path: this.#options.path,
      args: this.#options.args.map((word) => words.get(word) ?? word),
      env: {
        PATH: process.env.PATH ?? "/usr/bin:/bin",
        EDGE_LAB_USERNAME: username,
        EDGE_LAB_PASSWORD: password,
      },
      signal,
    });
    if (code === 0) return output;
    const kind = KINDS.get(code ?? -1) ?? "device";
    // How far a program came before it failed is not known, so that a restart is never given twice.
    const final = mayRepeat(command) ? {} : { retryable: false };
    throw new DeviceError(kind, `${where} ended with ${killedBy ?? `exit code ${code}`}`, final);
  }
}
