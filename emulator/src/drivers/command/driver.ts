import type { MachineConfig } from "../../config.ts";
import type {
  BootOverride,
  DriverCapabilities,
  DriverModule,
  PowerAction,
  PowerDriver,
  PowerReading,
} from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { Executable } from "./executable.ts";
import { type CommandOptions, commandOptionsSchema } from "./options.ts";
import type { Way } from "./way.ts";
import { Webhook } from "./webhook.ts";

/**
 * Any device that a local executable or HTTP requests can switch. The emulator's container holds no executables of
 * yours: in a lab take the webhook. Like a plug it cannot choose a boot device.
 */
export class CommandDriver implements PowerDriver {
  readonly capabilities: DriverCapabilities;
  readonly #way: Way;
  readonly #name: string;

  constructor(machine: MachineConfig, { executable, webhook }: CommandOptions) {
    this.#name = machine.name;
    if (executable !== undefined) this.#way = new Executable(machine, executable);
    else if (webhook !== undefined) this.#way = new Webhook(machine, webhook);
    else throw new Error(`${machine.name}: the command driver needs executable or webhook`);
    this.capabilities = {
      actions: this.#way.actions,
      bootTargets: ["Pxe", "Hdd"],
      bootOverride: "advisory",
    };
  }

  async readPower(signal: AbortSignal): Promise<PowerReading> {
    return { power: await this.#way.read(signal) };
  }

  async act(action: PowerAction, _boot: BootOverride | undefined, signal: AbortSignal): Promise<void> {
    if (!this.#way.actions.includes(action))
      throw new DeviceError("refused", `${this.#name}: ${action} is not configured`);
    await this.#way.act(action, signal);
  }

  /** Nothing outlives a call. */
  async close(): Promise<void> {}
}

/** Driver kind "command". */
export const commandDriver: DriverModule<CommandOptions> = {
  kind: "command",
  options: commandOptionsSchema,
  minimumGapMs: 250,
  create: (machine, options) => new CommandDriver(machine, options),
};
