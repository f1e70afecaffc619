import type { PowerDriver, PowerReading } from "../drivers/driver.ts";
import { DeviceError } from "../drivers/errors.ts";
import { requestContext } from "../request-context.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { Clock } from "./clock.ts";
import type { DeviceLine } from "./device-line.ts";
import { sleep } from "./sleep.ts";
import type { PowerTiming } from "./timing.ts";

/** A reading and when it was taken. */
export interface StampedReading extends PowerReading {
  /** Wall clock, for people and for the store. */
  readonly at: number;
  /** Monotonic clock, for ages. */
  readonly tick: number;
}

/** A reading from before a restart, with its age. One from the future (the clock was set back) counts as old. */
export function restoredReading(
  stored: PowerReading & { readonly at: number },
  clock: Clock,
): StampedReading {
  const age = clock.now() - stored.at;
  return { ...stored, tick: age >= 0 ? clock.elapsed() - age : Number.NEGATIVE_INFINITY };
}

export interface PowerReaderOptions {
  readonly driver: PowerDriver;
  readonly line: DeviceLine;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly timing: PowerTiming;
  readonly random: () => number;
  /** Milliseconds a reading stays fresh. */
  readonly cache: number;
  /** The last reading before a restart of the emulator. */
  readonly restored: StampedReading | undefined;
  readonly onReading: (reading: StampedReading) => void;
  /** Told of the first failure in a row only. */
  readonly onLost: (error: DeviceError) => void;
}

/** Reads of one refresh, the first one included. */
const ATTEMPTS = 3;

/**
 * Reads a device's power state: keeps the last reading, shares one running read between all who ask, and knows which
 * readings are from before the last action.
 */
export class PowerReader {
  readonly #options: PowerReaderOptions;
  #latest: StampedReading | undefined;
  /** Counts actions; a reading belongs to the number that was current when its read began at the device. */
  #generation = 0;
  #latestGeneration = 0;
  #running: Promise<StampedReading> | undefined;
  #askedAt = 0;

  constructor(options: PowerReaderOptions) {
    this.#options = options;
    this.#latest = options.restored;
  }

  /** The last reading, however old, even from before an action. */
  get latest(): StampedReading | undefined {
    return this.#latest;
  }

  /** The last reading, however old, unless an action came after it. */
  get current(): StampedReading | undefined {
    return this.#latestGeneration === this.#generation ? this.#latest : undefined;
  }

  /** The last reading if it may be answered without asking the device. */
  get fresh(): StampedReading | undefined {
    return this.youngerThan(this.#options.cache);
  }

  /** The last reading if no action came after it and it is not older than so many milliseconds. */
  youngerThan(milliseconds: number): StampedReading | undefined {
    const reading = this.current;
    return reading && this.#options.clock.elapsed() - reading.tick < milliseconds ? reading : undefined;
  }

  /** For how many milliseconds the device has been asked by now; 0 when it is not asked at present. */
  get askedFor(): number {
    return this.#running === undefined ? 0 : this.#options.clock.elapsed() - this.#askedAt;
  }

  /** Resolves when the device is not being asked; never rejects. */
  get settled(): Promise<unknown> {
    return this.#running?.catch(() => undefined) ?? Promise.resolve();
  }

  /** From now on, what was read so far no longer counts. To be called in the device's line. */
  invalidate(): void {
    this.#generation += 1;
  }

  /**
   * Asks the device, or joins the read that is under way. Never answers from before the last action that went through
   * the line ahead of it.
   * @throws DeviceError what the device did wrong, also without asking it while the breaker pauses (unless insisted).
   */
  refresh(options: { readonly insist?: boolean } = {}): Promise<StampedReading> {
    if (this.#running) return this.#running;
    const { breaker } = this.#options;
    const failure = breaker.failure;
    if (failure && breaker.pause > 0 && !options.insist) return Promise.reject(failure.error);
    const running = requestContext.keep(() => this.#refresh());
    this.#running = running;
    this.#askedAt = this.#options.clock.elapsed();
    const over = (): void => {
      this.#running = undefined;
    };
    running.then(over, over);
    return running;
  }

  async #refresh(): Promise<StampedReading> {
    const { breaker, onLost } = this.#options;
    try {
      const reading = await this.#read();
      breaker.succeeded();
      return reading;
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      const first = breaker.failure === undefined;
      breaker.failed(error);
      if (first) onLost(error);
      throw error;
    }
  }

  async #read(): Promise<StampedReading> {
    const { clock, timing, random, line, onReading } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { reading, generation } = await line.run((signal) => this.#ask(signal), {
          timeout: timing.readTimeout,
        });
        this.#latest = reading;
        this.#latestGeneration = generation;
        onReading(reading);
        return reading;
      } catch (error) {
        // A silent device has used up its time already; what failed at once gets another chance.
        const again = error instanceof DeviceError && error.retryable && error.kind !== "timeout";
        if (!again || attempt >= ATTEMPTS) throw error;
        await sleep(clock, timing.retryPause * attempt * (0.5 + random()));
      }
    }
  }

  async #ask(signal: AbortSignal): Promise<{ reading: StampedReading; generation: number }> {
    const { clock, driver } = this.#options;
    const generation = this.#generation;
    const reading = await driver.readPower(signal);
    return { reading: { ...reading, at: clock.now(), tick: clock.elapsed() }, generation };
  }
}
