import type { Logger } from "pino";
import type { EnergyReading, PowerDriver, PowerReading } from "../drivers/driver.ts";
import { DeviceError } from "../drivers/errors.ts";
import type { Clock } from "./clock.ts";
import type { DeviceLine } from "./device-line.ts";
import type { PowerTiming } from "./timing.ts";

export interface EnergyReaderOptions {
  /** Name of the machine, for the log. */
  readonly machine: string;
  readonly driver: PowerDriver;
  readonly line: DeviceLine;
  readonly clock: Clock;
  readonly timing: PowerTiming;
  /** Milliseconds between two reads at least, as for the power state. */
  readonly cache: number;
  readonly logger: Logger;
}

/** A reading of the energy meter and when it was taken. */
export interface StampedEnergy extends EnergyReading {
  /** Wall clock, milliseconds. */
  readonly at: number;
}

/**
 * Reads a device's energy meter in the wake of a power reading: the device is awake and logged in then, so it costs one
 * request. Failures count nowhere. What was read before an action is not told after it.
 */
export class EnergyReader {
  readonly #options: EnergyReaderOptions;
  #latest: StampedEnergy | undefined;
  #tick = Number.NEGATIVE_INFINITY;
  /** The power reading in whose wake the meter was read last: both run out together. */
  #wake = Number.NEGATIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  /** Counts actions. */
  #generation = 0;
  /** Whether the device has a meter; undefined until it told. */
  measures: boolean | undefined;

  constructor(options: EnergyReaderOptions) {
    this.#options = options;
  }

  /** The last reading, unless an action came after it or it is too old to be told as the present. */
  get latest(): StampedEnergy | undefined {
    const { clock, timing } = this.#options;
    return clock.elapsed() - this.#tick <= timing.energyAge ? this.#latest : undefined;
  }

  /** Resolves when no read is under way; never rejects. */
  get settled(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** The device told its power just now. */
  contacted({ measuresEnergy }: PowerReading): void {
    const { driver, clock, cache } = this.#options;
    if (!driver.energy || measuresEnergy === undefined) return;
    this.measures = measuresEnergy;
    const now = clock.elapsed();
    if (!measuresEnergy || this.#running || now < this.#notBefore || now - this.#wake < cache) return;
    this.#wake = now;
    this.#running = this.#read().finally(() => {
      this.#running = undefined;
    });
  }

  /** An action begins or has been taken. */
  invalidate(): void {
    this.#generation += 1;
    this.#latest = undefined;
    this.#wake = Number.NEGATIVE_INFINITY;
  }

  async #read(): Promise<void> {
    const { machine, driver, line, clock, timing, logger } = this.#options;
    try {
      const { energy, generation } = await line.run(
        async (signal) => {
          const generation = this.#generation;
          return { energy: await driver.energy?.(signal), generation };
        },
        { call: "energy", timeout: timing.energyTimeout },
      );
      this.measures = energy !== undefined;
      if (!energy || generation !== this.#generation) return;
      this.#latest = { ...energy, at: clock.now() };
      this.#tick = clock.elapsed();
    } catch (error) {
      this.#notBefore = clock.elapsed() + timing.energyRetry;
      if (!(error instanceof DeviceError)) return;
      logger.info({ machine, kind: error.kind }, `the energy meter could not be read: ${error.message}`);
    }
  }
}
