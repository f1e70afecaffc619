import { DeviceError } from "../drivers/errors.ts";
import type { Clock } from "./clock.ts";
import { LetGo } from "./let-go.ts";
import { sleep } from "./sleep.ts";

/**
 * Keeps two changes of power apart by what the device needs to finish the first (Intel: up to 10 s until the firmware
 * has told AMT that it is through). Measured from the end of one action to the begin of the next.
 */
export class ActionGap {
  readonly #gap: number;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #actedAt = Number.NEGATIVE_INFINITY;

  /** @param gap milliseconds; 0 for devices that need none */
  constructor(gap: number, clock: Clock) {
    this.#gap = gap;
    this.#clock = clock;
  }

  /** An action reached the device, whatever came of it. */
  acted(): void {
    this.#actedAt = this.#clock.elapsed();
  }

  /**
   * Resolves when the next action may begin, with whether that took time.
   * @throws DeviceError "refused" at once when it would be after the deadline; LetGo when closed: no further action begins
   */
  async over(deadline: number, address: string): Promise<boolean> {
    const rest = this.#actedAt + this.#gap - this.#clock.elapsed();
    if (this.#closing.signal.aborted) throw new LetGo(address);
    if (rest <= 0) return false;
    if (this.#clock.elapsed() + rest >= deadline) {
      const message = `${address} needs ${this.#gap / 1000} s between two actions; ask again in ${Math.ceil(rest / 1000)} s`;
      throw new DeviceError("refused", message);
    }
    await sleep(this.#clock, rest, this.#closing.signal);
    if (this.#closing.signal.aborted) throw new LetGo(address);
    return true;
  }

  /** Ends all waiting, and what would come after it. */
  close(): void {
    this.#closing.abort();
  }
}
