import type { MachineTime } from "./machine-time.ts";

/** A heartbeat on demand comes no sooner than this after the last one; a failed one is repeated in once to twice of it. */
const SMALLEST_INTERVAL_S = 5;

export interface HeartbeaterOptions {
  readonly time: MachineTime;
  /** Seconds after which Ironic takes the agent for dead. */
  readonly timeoutSeconds: number;
  /** Rejects when Ironic does not take it. */
  readonly beat: () => Promise<void>;
  readonly refused: (reason: string) => void;
}

/** Keeps telling Ironic that the agent lives, in the rhythm of ironic-python-agent: 0.3 to 0.6 of the time-out. */
export class Heartbeater {
  readonly #options: HeartbeaterOptions;
  #wanted = new AbortController();

  constructor(options: HeartbeaterOptions) {
    this.#options = options;
  }

  /** Asks for the next heartbeat as soon as it may come. Ironic moves on only when it gets one. */
  soon(): void {
    this.#wanted.abort();
  }

  /** Runs until the machine's time ends, and rejects then. */
  async run(): Promise<never> {
    const { time, timeoutSeconds, beat, refused } = this.#options;
    for (;;) {
      // Before the heartbeat: what is asked for while it is under way may be about something newer than it.
      this.#wanted = new AbortController();
      let interval: number;
      try {
        await beat();
        interval = timeoutSeconds * between(0.3, 0.6);
      } catch (error) {
        refused((error as Error).message);
        interval = SMALLEST_INTERVAL_S * between(1, 2);
      }
      const least = Math.min(SMALLEST_INTERVAL_S, interval);
      await time.pass(least);
      await time.pass(interval - least, this.#wanted.signal);
    }
  }
}

function between(low: number, high: number): number {
  return low + (high - low) * Math.random();
}
