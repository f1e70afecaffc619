import type { Clock } from "../power/clock.ts";

/** One call to a device that ended. */
export interface CallSample {
  /** Wall clock of its end, milliseconds. */
  readonly at: number;
  readonly milliseconds: number;
  readonly failed: boolean;
}

/** Calls kept per device: two hours of one that is asked every other minute and more. */
const KEPT = 60;

/** Of each call its end and its duration in turn; failed ones have a negative duration. */
interface Ring {
  readonly numbers: Float64Array;
  /** Calls so far. */
  count: number;
}

/** How long a device's last calls took and which of them failed. In memory only: 1 KB for each device that was called. */
export class CallHistory {
  readonly #clock: Pick<Clock, "now">;
  readonly #rings = new Map<string, Ring>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  add(machine: string, milliseconds: number, failed: boolean): void {
    let ring = this.#rings.get(machine);
    if (!ring) {
      ring = { numbers: new Float64Array(KEPT * 2), count: 0 };
      this.#rings.set(machine, ring);
    }
    const place = (ring.count % KEPT) * 2;
    ring.numbers[place] = this.#clock.now();
    // There is no negative zero to be told from zero: a call takes some time at least.
    ring.numbers[place + 1] = failed ? -Math.max(milliseconds, 0.001) : milliseconds;
    ring.count += 1;
  }

  /** The last calls, the oldest first; at most so many. */
  last(machine: string, most = KEPT): CallSample[] {
    const ring = this.#rings.get(machine);
    if (!ring) return [];
    const samples: CallSample[] = [];
    for (let index = Math.max(0, ring.count - Math.min(most, KEPT)); index < ring.count; index += 1) {
      const place = (index % KEPT) * 2;
      const took = ring.numbers[place + 1] ?? 0;
      samples.push({ at: ring.numbers[place] ?? 0, milliseconds: Math.abs(took), failed: took < 0 });
    }
    return samples;
  }

  forget(machine: string): void {
    this.#rings.delete(machine);
  }
}
