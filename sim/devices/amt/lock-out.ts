import type { Clock } from "../clock.ts";

const FAILURES_ALLOWED = 10;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 80_000;
const FORGIVEN_AFTER_MS = 3_600_000;

/** After ten failed logins in a row AMT lets nobody in for 5 s, growing to 80 s; forgotten after an hour . */
export class LockOut {
  readonly #clock: Clock;
  #failures = 0;
  #lastFailureAt = 0;
  #lockedUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get locked(): boolean {
    return this.#clock.now() < this.#lockedUntil;
  }

  failed(): void {
    const now = this.#clock.now();
    if (now - this.#lastFailureAt >= FORGIVEN_AFTER_MS) this.#failures = 0;
    this.#failures += 1;
    this.#lastFailureAt = now;
    const beyond = this.#failures - FAILURES_ALLOWED;
    if (beyond >= 0) this.#lockedUntil = now + Math.min(FIRST_PAUSE_MS * 2 ** beyond, LONGEST_PAUSE_MS);
  }

  succeeded(): void {
    this.#failures = 0;
  }
}
