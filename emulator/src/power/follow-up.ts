import { DeviceError } from "../drivers/errors.ts";
import type { Clock } from "./clock.ts";
import { follow } from "./follow.ts";
import type { StampedReading } from "./power-reader.ts";
import { sleep } from "./sleep.ts";
import type { PowerTiming } from "./timing.ts";

export interface FollowUpOptions {
  readonly clock: Clock;
  readonly timing: PowerTiming;
  /** For messages. */
  readonly address: string;
  readonly read: () => Promise<StampedReading>;
  readonly pause: () => number;
}

/** What an accepted action should lead to; see FollowOptions. */
export interface Awaited {
  readonly expect: "On" | "Off";
  readonly restart: boolean;
  readonly graceful: boolean;
  /** Called when the time is up without it. */
  readonly unsettled: () => void;
}

interface Running {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  readonly graceful: boolean;
}

/** The watch over the last accepted action of one machine; at most one at a time. */
export class FollowUp {
  readonly #options: FollowUpOptions;
  #running: Running | undefined;

  constructor(options: FollowUpOptions) {
    this.#options = options;
  }

  /** Whether an action is being watched. */
  get running(): boolean {
    return this.#running !== undefined;
  }

  start({ unsettled, ...wished }: Awaited): void {
    const abort = new AbortController();
    const watch = async (): Promise<void> => {
      const outcome = await follow({ ...this.#options, ...wished, signal: abort.signal });
      if (this.#running?.abort === abort) this.#running = undefined;
      if (outcome === "unsettled") unsettled();
    };
    this.#running = { abort, graceful: wished.graceful, done: watch() };
  }

  /**
   * Resolves when the action has settled, or was waited for long enough: a device must finish one change before it is
   * asked for the next, but a graceful one may never finish. The watch goes on until {@link stop}, since the next
   * action may yet turn out not to be needed, or be refused.
   * @throws DeviceError "refused" when no time is left then
   */
  async over(deadline: number): Promise<void> {
    const { clock, timing, address } = this.#options;
    const running = this.#running;
    if (running && !running.graceful) {
      const enough = new AbortController();
      const rest = Math.max(0, deadline - timing.lookBack - clock.elapsed());
      const patience = Math.min(timing.previousAction, rest);
      await Promise.race([running.done, sleep(clock, patience, enough.signal)]);
      enough.abort();
    }
    if (clock.elapsed() + timing.lookBack >= deadline) {
      throw new DeviceError("refused", `${address} is busy with the actions before this one`);
    }
  }

  /** Ends the watch; the promise resolves when nothing of it is left once the line is quiet. */
  stop(): Promise<void> {
    this.#running?.abort.abort();
    return this.#running?.done ?? Promise.resolve();
  }
}
