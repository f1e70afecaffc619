import { setImmediate as turn } from "node:timers/promises";
import type { Clock as DeviceClock } from "../../../sim/devices/clock.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Time that passes with each step. A request over loopback takes a few steps; the shortest time-out takes 250. */
const STEP = 20;

/**
 * A clock for real sockets: its time passes with the turns of the event loop and not with the wall clock, so that a
 * slow machine slows time too, and a minute of waiting takes a moment.
 */
export class LabClock extends FakeClock {
  /** The devices' own time: not touched when the emulator's wall clock jumps. */
  readonly devices: DeviceClock = {
    now: () => this.elapsed(),
    after: (milliseconds, action) => this.after(milliseconds, action),
  };

  /** Lets time pass until the promise has settled. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let settled = false;
    const over = (): void => {
      settled = true;
    };
    promise.then(over, over);
    while (!settled) await this.#step();
    return await promise;
  }

  /** Lets so much time pass, sockets included. */
  override async pass(milliseconds: number): Promise<void> {
    const end = this.elapsed() + milliseconds;
    while (this.elapsed() < end) await this.#step();
  }

  /** Lets so much time pass at once: for when nothing is under way. */
  async skip(milliseconds: number): Promise<void> {
    await super.pass(milliseconds);
  }

  async #step(): Promise<void> {
    await turn();
    await turn();
    await super.pass(STEP);
  }
}
