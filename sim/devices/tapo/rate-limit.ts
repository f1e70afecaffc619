import type { Clock } from "../clock.ts";

/** Counts requests in a sliding window of time. */
export class RateLimit {
  readonly #clock: Clock;
  #times: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one more request fits; a request that does not fit is not counted. */
  admits(limit: { readonly requests: number; readonly windowMs: number } | null): boolean {
    if (limit === null) {
      this.#times = [];
      return true;
    }
    const now = this.#clock.now();
    this.#times = this.#times.filter((time) => now - time < limit.windowMs);
    if (this.#times.length >= limit.requests) return false;
    this.#times.push(now);
    return true;
  }
}
