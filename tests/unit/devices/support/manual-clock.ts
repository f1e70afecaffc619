import FakeTimers from "@sinonjs/fake-timers";
import type { Clock } from "../../../../sim/devices/clock.ts";

/** A clock that stands still until it is told to go. */
export class ManualClock implements Clock {
  readonly #timers = FakeTimers.createClock(Date.UTC(2025, 0, 1));

  now(): number {
    return this.#timers.now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = this.#timers.setTimeout(action, ms);
    return () => this.#timers.clearTimeout(timer);
  }

  /** Moves time and runs what was due. */
  tick(ms: number): void {
    this.#timers.tick(ms);
  }
}
