import { setTimeout as sleep } from "node:timers/promises";

/** Time as it passes in the simulated machine: in seconds of its own, some of which are shorter than ours. */
export class MachineTime {
  readonly #scale: number;
  readonly #signal: AbortSignal;

  /** `scale`: wall seconds per simulated second. `signal`: the end of all waiting. */
  constructor(scale: number, signal: AbortSignal) {
    this.#scale = scale;
    this.#signal = signal;
  }

  /**
   * Resolves when that many simulated seconds have passed, or at once when `sooner` aborts.
   * @throws the abort's error when the machine's time has ended
   */
  async pass(seconds: number, sooner?: AbortSignal): Promise<void> {
    const signal = sooner === undefined ? this.#signal : AbortSignal.any([this.#signal, sooner]);
    try {
      await sleep(seconds * this.#scale * 1_000, undefined, { signal });
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!sooner?.aborted) throw error;
    }
  }
}
