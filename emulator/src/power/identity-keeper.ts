import type PQueue from "p-queue";
import type { Logger } from "pino";
import type { MachineConfig } from "../config.ts";
import type { DeviceIdentity, PowerDriver, PowerReading } from "../drivers/driver.ts";
import { DeviceError } from "../drivers/errors.ts";
import type { StoredIdentity } from "../store/machine-facts-table.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { DeviceLine } from "./device-line.ts";
import type { PowerTiming } from "./timing.ts";

export interface IdentityKeeperOptions {
  readonly machine: MachineConfig;
  readonly driver: PowerDriver;
  readonly line: DeviceLine;
  readonly store: Store;
  readonly clock: Clock;
  readonly timing: PowerTiming;
  readonly random: () => number;
  readonly logger: Logger;
  /** Whether no action is under way or followed. */
  readonly idle: () => boolean;
  /** Shared by all machines, so that a start with a thousand of them does not read a thousand inventories at once. */
  readonly turns: PQueue;
}

/** The same one each time, so that what is made of it need not be made anew. */
const nothing: DeviceIdentity = {};

/**
 * What a device knows about its machine: read in the background some seconds after the device was well enough to tell
 * its power, kept across restarts, read again after a day or when the device has another firmware. A client never waits
 * for it, an action stops it, and its failures count nowhere: they only make it be tried more and more rarely.
 */
export class IdentityKeeper {
  readonly #options: IdentityKeeperOptions;
  readonly #device: string;
  #told: StoredIdentity | undefined;
  /** When it was told, by the monotonic clock. */
  #toldTick = Number.NEGATIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #cancelStart: (() => void) | undefined;
  #waiting = false;
  #running: AbortController | undefined;

  constructor(options: IdentityKeeperOptions) {
    const { machine, store, clock } = options;
    this.#options = options;
    this.#device = `${machine.driver} ${machine.address}`;
    this.#told = store.machineFacts.load(machine.name, this.#device);
    // One from the future (the clock was set back) counts as old.
    const age = this.#told ? clock.now() - this.#told.at : -1;
    if (age >= 0) this.#toldTick = clock.elapsed() - age;
  }

  /** Empty as long as the device was never asked. */
  get identity(): DeviceIdentity {
    return this.#told?.identity ?? nothing;
  }

  /** The device told its power just now: a good moment, if it is time and nothing else is wanted of it. */
  contacted(reading: PowerReading): void {
    const { driver, clock, timing, random, idle, turns } = this.#options;
    const underWay = this.#cancelStart !== undefined || this.#waiting || this.#running !== undefined;
    if (!driver.identity || underWay || !idle() || !this.#due(reading)) return;
    const delay = timing.identityDelay * (0.5 + random());
    this.#cancelStart = clock.after(delay, () => {
      this.#cancelStart = undefined;
      this.#waiting = true;
      void turns.add(async () => {
        this.#waiting = false;
        // If not, the reading at the end of the action comes here again.
        if (idle()) await this.#read(reading.firmwareVersion);
      });
    });
  }

  /** The device is wanted for something that somebody waits for, or for nothing any more. */
  giveWay(): void {
    this.#cancelStart?.();
    this.#cancelStart = undefined;
    this.#running?.abort(new DeviceError("refused", "the device is needed for something else"));
  }

  #due({ firmwareVersion }: PowerReading): boolean {
    const { clock, timing } = this.#options;
    const now = clock.elapsed();
    if (now < this.#notBefore) return false;
    if (now - this.#toldTick >= timing.identityAge) return true;
    return firmwareVersion !== undefined && firmwareVersion !== this.#told?.firmware;
  }

  async #read(firmware: string | undefined): Promise<void> {
    const { machine, driver, line, store, clock, timing, logger } = this.#options;
    const running = new AbortController();
    this.#running = running;
    const ask = async (signal: AbortSignal): Promise<DeviceIdentity> => {
      const both = AbortSignal.any([signal, running.signal]);
      both.throwIfAborted();
      return known((await driver.identity?.(both)) ?? {});
    };
    try {
      const identity = await line.run(ask, { call: "identity", timeout: timing.identityTimeout });
      // Nothing at all is what a device that answers rubbish seems to say.
      if (Object.keys(identity).length === 0) throw new DeviceError("device", "it told nothing");
      const told = { device: this.#device, identity: this.#merged(identity), firmware, at: clock.now() };
      this.#told = told;
      this.#toldTick = clock.elapsed();
      this.#failures = 0;
      store.machineFacts.save(machine.name, told);
      logger.debug({ machine: machine.name }, "the device told what it knows about the machine");
    } catch (error) {
      this.#failed(error, running.signal.aborted);
    } finally {
      this.#running = undefined;
    }
  }

  /** What a device does not tell this time is still true, as long as it is the same machine. */
  #merged(identity: DeviceIdentity): DeviceIdentity {
    const before = this.identity;
    const another = identity.uuid !== undefined && identity.uuid !== before.uuid;
    return another ? identity : { ...before, ...identity };
  }

  #failed(error: unknown, gaveWay: boolean): void {
    const { machine, clock, timing, random, logger } = this.#options;
    const { identityRetry, identityAge } = timing;
    if (!gaveWay) this.#failures += 1;
    const pause = gaveWay ? identityRetry / 10 : identityRetry * 2 ** Math.min(this.#failures - 1, 16);
    this.#notBefore = clock.elapsed() + Math.min(pause, identityAge) * (0.75 + random() / 2);
    if (gaveWay || !(error instanceof DeviceError)) return;
    const message = `facts about the machine could not be read: ${error.message}`;
    logger.info({ machine: machine.name, kind: error.kind }, message);
  }
}

/** Without the facts that were not told. */
function known(identity: DeviceIdentity): DeviceIdentity {
  return Object.fromEntries(Object.entries(identity).filter(([, fact]) => fact !== undefined));
}
