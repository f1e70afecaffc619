import type { Logger } from "pino";
import { z } from "zod";
import type { MachineConfig } from "../../config.ts";
import { type Clock, systemClock } from "../../power/clock.ts";
import { sleep } from "../../power/sleep.ts";
import type {
  ActOutcome,
  BootOverride,
  DeviceIdentity,
  DriverCapabilities,
  DriverModule,
  EnergyReading,
  PowerAction,
  PowerDriver,
  PowerReading,
} from "../driver.ts";
import { endpoint } from "../endpoint.ts";
import { energyOf } from "./energy.ts";
import type { Plug } from "./klap-client.ts";
import { type TapoOptions, tapoOptionsSchema } from "./options.ts";
import { stoppedError } from "./plug-call.ts";
import { PlugSession } from "./plug-session.ts";
import { TapoError } from "./tapo-error.ts";
import { defaultTapoTiming, type TapoTiming } from "./timing.ts";

export interface TapoDriverDeps {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly timing?: TapoTiming;
}

/** Of get_device_info; everything but device_on differs between firmware versions. */
const infoSchema = z.object({
  device_on: z.boolean(),
  fw_ver: z.string().optional().catch(undefined),
  model: z.string().optional().catch(undefined),
});
type PlugInfo = z.output<typeof infoSchema>;

/** Models with an energy meter, as they name themselves: "P110", "P110M", "P115(EU)". */
const METERED = /^P11[05]M?\b/;

/**
 * TP-Link Tapo P100 and P110 plugs. What is read is the relay, not the machine: the machine needs "power on after AC
 * loss" in its firmware. There is no graceful off and no reset line, and the boot device is the firmware's choice, so
 * an override is taken as advice (PXE must be first in the boot order).
 */
export class TapoDriver implements PowerDriver {
  readonly capabilities: DriverCapabilities = {
    actions: ["on", "off", "cycle"],
    bootTargets: ["Pxe", "Hdd"],
    bootOverride: "advisory",
  };
  readonly #session: PlugSession;
  readonly #clock: Clock;
  readonly #timing: TapoTiming;
  readonly #offTime: number;
  #offAt = Number.NEGATIVE_INFINITY;
  #lastInfo: PlugInfo | undefined;
  /** The firmware that does not know the meter's method, though the model has a meter. */
  #withoutMeter: string | undefined;

  constructor(machine: MachineConfig, options: TapoOptions, deps: TapoDriverDeps) {
    this.#clock = deps.clock ?? systemClock;
    this.#timing = deps.timing ?? defaultTapoTiming;
    this.#offTime = options.offSeconds * 1000;
    this.#session = new PlugSession({
      address: machine.address,
      username: machine.username,
      password: machine.password,
      discoveryPort: options.discoveryPort,
      clock: this.#clock,
      timing: this.#timing,
      logger: deps.logger,
    });
  }

  async readPower(signal: AbortSignal): Promise<PowerReading> {
    const info = await this.#info(signal);
    return { power: info.device_on ? "On" : "Off", ...this.#facts(info) };
  }

  /** @throws DeviceError; a cycle that was stopped half-way says that the relay is off */
  async act(action: PowerAction, _boot: BootOverride | undefined, signal: AbortSignal): Promise<ActOutcome> {
    switch (action) {
      case "off":
        await this.#switchOff(signal);
        return "accepted";
      case "on":
        await this.#switchOn(signal);
        return "accepted";
      case "cycle":
        await this.#switchOff(signal);
        await this.#switchOnAgain(signal);
        return "accepted";
      default:
        throw new TapoError(
          "refused",
          `${this.#session.where}: a plug cannot do ${action}, only on, off and cycle`,
        );
    }
  }

  /**
   * A plug knows nothing about the machine behind it, so its own model and MAC would be lies here. What it tells of
   * itself came with the last reading already.
   */
  async identity(signal: AbortSignal): Promise<DeviceIdentity> {
    return this.#facts(this.#lastInfo ?? (await this.#info(signal)));
  }

  /** Of a P110 or P115; undefined, and no request, for a plug without a meter. */
  async energy(signal: AbortSignal): Promise<EnergyReading | undefined> {
    const info = this.#lastInfo ?? (await this.#info(signal));
    if (!this.#facts(info).measuresEnergy) return undefined;
    try {
      const work = (plug: Plug): Promise<unknown> => plug.getEnergyUsage();
      const answer = await this.#session.run(work, { signal, read: true, optional: true });
      return energyOf(answer, this.#session.where, this.#clock);
    } catch (error) {
      if (!(error instanceof TapoError) || error.kind !== "refused") throw error;
      // Not before its firmware is another one: asking in vain is load too.
      this.#withoutMeter = info.fw_ver ?? "";
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.#session.forget();
  }

  #facts({ fw_ver: firmwareVersion, model }: PlugInfo): {
    readonly firmwareVersion?: string;
    readonly measuresEnergy: boolean;
  } {
    const measuresEnergy = METERED.test(model ?? "") && this.#withoutMeter !== (firmwareVersion ?? "");
    return { measuresEnergy, ...(firmwareVersion !== undefined && { firmwareVersion }) };
  }

  async #switchOff(signal: AbortSignal): Promise<void> {
    await this.#switch(false, signal);
    this.#offAt = this.#clock.elapsed();
  }

  /** Not before the machine was without power long enough to have noticed. */
  async #switchOn(signal: AbortSignal): Promise<void> {
    const rest = this.#offAt + this.#offTime - this.#clock.elapsed();
    if (rest > 0) {
      await sleep(this.#clock, rest, signal);
      if (signal.aborted) throw stoppedError(`${this.#session.where} (its relay is off)`, signal);
    }
    await this.#switch(true, signal);
  }

  /** The second half of a cycle: once the machine may be running again, the cycle must not be repeated. */
  async #switchOnAgain(signal: AbortSignal): Promise<void> {
    try {
      await this.#switchOn(signal);
    } catch (error) {
      if (!(error instanceof TapoError) || !error.uncertain) throw error;
      const { kind, message, session } = error;
      const unknown = `${message}; whether its relay is on again is unknown`;
      throw new TapoError(kind, unknown, { session, uncertain: true, retryable: false });
    }
  }

  /** After an answer that was lost the relay is read before the command is sent again. */
  async #switch(on: boolean, signal: AbortSignal): Promise<void> {
    const command = (): Promise<void> =>
      this.#session.run((plug) => (on ? plug.turnOn() : plug.turnOff()), { signal, read: false });
    try {
      await command();
    } catch (error) {
      if (!(error instanceof TapoError) || !error.uncertain || signal.aborted) throw error;
      await sleep(this.#clock, this.#timing.repeatPause, signal);
      const info = await this.#info(signal).catch(() => undefined);
      if (info === undefined) throw error;
      if (info.device_on === on) return;
      await command();
    }
  }

  async #info(signal: AbortSignal): Promise<PlugInfo> {
    const answer: unknown = await this.#session.run((plug) => plug.getDeviceInfo(), { signal, read: true });
    const info = infoSchema.safeParse(answer);
    if (info.success) {
      this.#lastInfo = info.data;
      return info.data;
    }
    throw new TapoError("device", `${this.#session.where}: get_device_info was answered without device_on`);
  }
}

/** Driver kind "tapo". */
export const tapoDriver: DriverModule<TapoOptions> = {
  kind: "tapo",
  options: tapoOptionsSchema,
  // A P100 needs about this long after it closed a connection.
  minimumGapMs: 250,
  peers(machine, { discoveryPort }) {
    const { host, port } = endpoint(machine.address, 80);
    // After a power cut, firmware 1.4.6 of a plug waits for a discovery probe before it takes a login.
    return [{ host, tcp: [port], udp: [discoveryPort] }];
  },
  create: (machine, options, { logger }) => new TapoDriver(machine, options, { logger }),
};
