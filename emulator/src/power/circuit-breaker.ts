import type { DeviceError } from "../drivers/errors.ts";
import type { Clock } from "./clock.ts";
import type { PowerTiming } from "./timing.ts";

/** Errors that only a human can cure; asking again soon makes devices lock out. */
const NEEDS_HUMAN: ReadonlySet<string> = new Set(["bad-credentials", "needs-compatibility-switch"]);

export interface Failure {
  readonly error: DeviceError;
  /** Wall clock of the first failure in a row. */
  readonly since: number;
  /** Failures in a row. */
  readonly count: number;
}

/**
 * Keeps calls away from a device that fails: after each failure in a row a longer pause. Reads wait for its end; an
 * action, which a human or Ironic asked for, is tried anyway, except against refused logins.
 */
export class CircuitBreaker {
  #failure: Failure | undefined;
  /** By the monotonic clock. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;
  readonly #timing: PowerTiming;
  readonly #random: () => number;

  constructor(clock: Clock, timing: PowerTiming, random: () => number) {
    this.#clock = clock;
    this.#timing = timing;
    this.#random = random;
  }

  /** Why the device counts as lost, until a call succeeds. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Milliseconds until the next call is allowed; 0 when it is now. */
  get pause(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.elapsed());
  }

  /** Whether an action must be refused without trying, and the error that says why. */
  get blocksActions(): DeviceError | undefined {
    const error = this.#failure?.error;
    return error && NEEDS_HUMAN.has(error.kind) && this.pause > 0 ? error : undefined;
  }

  succeeded(): void {
    this.#failure = undefined;
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
  }

  failed(error: DeviceError): void {
    const count = (this.#failure?.count ?? 0) + 1;
    this.#failure = { error, since: this.#failure?.since ?? this.#clock.now(), count };
    const slow = NEEDS_HUMAN.has(error.kind);
    const first = slow ? this.#timing.loginPause : this.#timing.failurePause;
    const longest = slow ? this.#timing.loginPauseMax : this.#timing.failurePauseMax;
    const pause = Math.min(longest, first * 2 ** Math.min(count - 1, 16));
    // Jitter, so that devices lost together (a switch rebooting) are not asked again together.
    this.#pausedUntil = this.#clock.elapsed() + pause * (0.8 + 0.4 * this.#random());
  }
}
