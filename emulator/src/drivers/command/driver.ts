import type { MachineConfig } from "../../config.ts";
import type {
  ActOutcome,
  BootOverride,
  DevicePeer,
  DriverCapabilities,
  DriverModule,
  PowerAction,
  PowerDriver,
  PowerReading,
} from "../driver.ts";
import { endpoint } from "../endpoint.ts";
import { DeviceError } from "../errors.ts";
import { Executable } from "./executable.ts";
import { type CommandOptions, commandOptionsSchema } from "./options.ts";
import type { Way } from "./way.ts";
import { Webhook } from "./webhook.ts";

/**
 * Any device that a local program or HTTP requests can switch. Like a plug it cannot choose a boot device. The image
 * that a lab runs holds no programs of yours: there, take the webhook.
 */
export class CommandDriver implements PowerDriver {
  readonly capabilities: DriverCapabilities;
  readonly actionGapMs: number;
  readonly #way: Way;
  readonly #name: string;

  /** @throws Error without a way to the device, which the options' schema refuses */
  constructor(machine: MachineConfig, { executable, webhook, actionGapSeconds }: CommandOptions) {
    this.#name = machine.name;
    this.actionGapMs = actionGapSeconds * 1000;
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

  /** @throws DeviceError; never a retryable one when a restart may have happened */
  async act(action: PowerAction, _boot: BootOverride | undefined, signal: AbortSignal): Promise<ActOutcome> {
    if (!this.#way.actions.includes(action))
      throw new DeviceError("refused", `${this.#name}: ${action} is not configured`);
    await this.#way.act(action, signal);
    return "accepted";
  }

  /** Nothing outlives a call. */
  async close(): Promise<void> {}
}

function peers(address: string, { webhook }: CommandOptions): DevicePeer[] {
  if (webhook === undefined) {
    // Nobody but its author knows what a program reaches: the address, if there is one, on its port or all of them.
    const { host, port } = endpoint(address, undefined);
    return host === "" ? [] : [{ host, tcp: port === undefined ? [] : [port], udp: [] }];
  }
  const places = Object.values(webhook).flatMap((value) => {
    if (typeof value !== "object" || !("url" in value)) return [];
    const { hostname, port, protocol } = new URL(String(value.url));
    const host = hostname.replace(/^\[(.*)\]$/, "$1");
    return [{ host, tcp: [port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)], udp: [] }];
  });
  return [...new Map(places.map((place) => [`${place.host} ${place.tcp}`, place])).values()];
}

/** Driver kind "command". */
export const commandDriver: DriverModule<CommandOptions> = {
  kind: "command",
  options: commandOptionsSchema,
  minimumGapMs: 250,
  optionalFields: ["address", "username", "password"],
  peers: ({ address }, options) => peers(address, options),
  create: (machine, options) => new CommandDriver(machine, options),
};
