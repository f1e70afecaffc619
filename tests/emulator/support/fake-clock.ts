import { createClock } from "@sinonjs/fake-timers";
import type { Clock } from "../../../emulator/src/power/clock.ts";

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  readonly #clock = createClock(Date.parse("2026-01-01T00:00:00Z"));
  #shift = 0;

  now(): number {
    return this.#clock.now + this.#shift;
  }

  elapsed(): number {
    return this.#clock.now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = this.#clock.setTimeout(callback, milliseconds);
    return () => this.#clock.clearTimeout(timer);
  }

  /** Moves time and lets everything run that was due. */
  async pass(milliseconds: number): Promise<void> {
    await this.#clock.tickAsync(milliseconds);
  }

  /** Sets the wall clock forward or back, as NTP does; nothing becomes due. */
  jump(milliseconds: number): void {
    this.#shift += milliseconds;
  }
}
