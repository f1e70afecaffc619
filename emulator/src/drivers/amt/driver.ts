import type { Logger } from "pino";
import type { MachineConfig } from "../../config.ts";
import { type Clock, systemClock } from "../../power/clock.ts";
import type {
  ActOutcome,
  BootOverride,
  DeviceIdentity,
  DriverCapabilities,
  DriverModule,
  PowerAction,
  PowerDriver,
  PowerReading,
} from "../driver.ts";
import { endpoint } from "../endpoint.ts";
import { AmtError } from "./amt-error.ts";
import { AmtBoot } from "./boot.ts";
import { readIdentity } from "./identity.ts";
import { type AmtOptions, amtOptionsSchema } from "./options.ts";
import { AmtPower } from "./power.ts";
import { changePower } from "./power-change.ts";
import { type AmtTiming, defaultAmtTiming } from "./timing.ts";
import { AmtTransport } from "./transport.ts";
import { WsmanClient } from "./wsman.ts";

export interface AmtDriverDeps {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly timing?: AmtTiming;
}

/** Actions after which the machine goes through its firmware, so that a boot override counts. */
const STARTS: ReadonlySet<PowerAction> = new Set(["on", "cycle", "reset", "gracefulReset"]);

/** Intel AMT 6 and later, in Admin Control Mode for boot overrides. */
export class AmtDriver implements PowerDriver {
  readonly capabilities: DriverCapabilities = {
    actions: ["on", "off", "cycle", "reset", "gracefulOff", "gracefulReset", "nmi"],
    bootTargets: ["Pxe", "Hdd", "Cd", "BiosSetup"],
    bootOverride: "enforced",
  };
  readonly actionGapMs: number;
  readonly #transport: AmtTransport;
  readonly #wsman: WsmanClient;
  readonly #power: AmtPower;
  readonly #boot: AmtBoot;
  readonly #clock: Clock;
  readonly #timing: AmtTiming;

  constructor(machine: MachineConfig, options: AmtOptions, deps: AmtDriverDeps) {
    this.#clock = deps.clock ?? systemClock;
    this.#timing = deps.timing ?? defaultAmtTiming;
    this.actionGapMs = options.actionGapSeconds * 1000;
    const { fingerprint256, legacyTls } = options;
    this.#transport = new AmtTransport({
      ...endpoint(machine.address, usualPort(options)),
      username: machine.username,
      password: machine.password,
      tls: options.tls && { fingerprint256, legacy: legacyTls },
      clock: this.#clock,
      timing: this.#timing,
      logger: deps.logger,
    });
    this.#wsman = new WsmanClient(this.#transport);
    this.#power = new AmtPower(this.#wsman);
    this.#boot = new AmtBoot(this.#wsman);
  }

  async readPower(signal: AbortSignal): Promise<PowerReading> {
    const reading = await this.#power.read(signal);
    const { firmwareVersion } = this.#transport;
    return { ...reading, ...(firmwareVersion !== undefined && { firmwareVersion }) };
  }

  /**
   * Reads the state first: AMT refuses a change to the state it is in, and which request starts a machine depends on
   * it. Asking for the present state is needless.
   * @throws DeviceError
   */
  async act(action: PowerAction, boot: BootOverride | undefined, signal: AbortSignal): Promise<ActOutcome> {
    const { power, actions } = await this.#power.read(signal);
    if (action === "on" && power === "On") return "needless";
    if ((action === "off" || action === "gracefulOff") && power === "Off") return "needless";
    if (!actions.includes(action)) throw this.#impossible(action, power);
    const starts = STARTS.has(action);
    if (starts && (boot || this.#boot.armed)) await this.#boot.choose(boot?.target, signal);
    await changePower(this.#power, action, { clock: this.#clock, timing: this.#timing, signal });
    if (starts) this.#boot.used();
    return "accepted";
  }

  identity(signal: AbortSignal): Promise<DeviceIdentity> {
    return readIdentity(this.#wsman, signal);
  }

  async close(): Promise<void> {
    this.#transport.close();
  }

  #impossible(action: PowerAction, power: string): AmtError {
    const hint = action.startsWith("graceful")
      ? "Intel LMS does not run in its operating system; use a forced action"
      : "AMT does not list it for this state";
    return new AmtError("refused", `${this.#wsman.where}: ${action} is not possible while ${power}: ${hint}`);
  }
}

function usualPort({ tls }: AmtOptions): number {
  return tls ? 16993 : 16992;
}

/** Driver kind "amt". */
export const amtDriver: DriverModule<AmtOptions> = {
  kind: "amt",
  options: amtOptionsSchema,
  // Intel's console leaves as much between two clients; reads of one action follow each other at once.
  minimumGapMs: 500,
  peers(machine, options) {
    const { host, port } = endpoint(machine.address, usualPort(options));
    return [{ host, tcp: [port], udp: [] }];
  },
  create: (machine, options, { logger }) => new AmtDriver(machine, options, { logger }),
};
