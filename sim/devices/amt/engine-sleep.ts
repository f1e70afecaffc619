import type { Clock } from "../clock.ts";
import type { Machine } from "../machine.ts";

export interface SleepRules {
  readonly sleepAfterMs: number | null;
  readonly wakeMs: number;
}

/**
 * The sleep of the management engine: with the machine off and nobody asking for a while it sleeps, and the first
 * packet only wakes it (Intel AMT SDK, IdleWakeTimeout).
 */
export class EngineSleep {
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #rules: () => SleepRules;
  #lastAskedAt: number;
  #awakeAt = Number.NEGATIVE_INFINITY;

  constructor(machine: Machine, clock: Clock, rules: () => SleepRules) {
    this.#machine = machine;
    this.#clock = clock;
    this.#rules = rules;
    this.#lastAskedAt = clock.now();
  }

  /** Whether a connection is taken now; one that is not has woken the engine up. */
  admits(): boolean {
    const now = this.#clock.now();
    const { sleepAfterMs, wakeMs } = this.#rules();
    if (now < this.#awakeAt) return false;
    const idle = now - Math.max(this.#lastAskedAt, this.#awakeAt);
    if (sleepAfterMs !== null && this.#machine.power !== "on" && idle >= sleepAfterMs) {
      this.#awakeAt = now + wakeMs;
      return false;
    }
    this.#lastAskedAt = now;
    return true;
  }
}
