import type { Clock } from "../../../../emulator/src/power/clock.ts";

interface Wait {
  readonly length: number;
  readonly due: number;
  readonly callback: () => void;
}

/**
 * A clock for drivers that talk over real sockets: a wait ends only when the test says so, named by its length (the
 * test's timing gives each kind of wait its own), or at once where the test declared that length to be a mere pause.
 */
export class StepClock implements Clock {
  #elapsed = 0;
  readonly #pauses: ReadonlySet<number>;
  readonly #waiting: Wait[] = [];
  readonly #watchers = new Set<() => void>();
  /** Lengths of all waits that were begun, in order. */
  readonly begun: number[] = [];

  /** @param pauses lengths of waits that end at once (time still passes) */
  constructor(...pauses: number[]) {
    this.#pauses = new Set(pauses);
  }

  now(): number {
    return this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(length: number, callback: () => void): () => void {
    const wait = { length, due: this.#elapsed + length, callback };
    this.begun.push(length);
    this.#waiting.push(wait);
    const immediate = this.#pauses.has(length) ? setImmediate(() => this.#moveTo(wait.due)) : undefined;
    for (const watcher of this.#watchers) watcher();
    return () => {
      if (immediate) clearImmediate(immediate);
      const index = this.#waiting.indexOf(wait);
      if (index >= 0) this.#waiting.splice(index, 1);
    };
  }

  /** Lets time pass; what is due by then ends. */
  pass(milliseconds: number): void {
    this.#moveTo(this.#elapsed + milliseconds);
  }

  /** Until somebody waits so long. */
  async waitedFor(length: number): Promise<void> {
    while (!this.#waiting.some((wait) => wait.length === length)) {
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
      });
    }
  }

  /** Ends the wait of this length, once there is one. */
  async expire(length: number): Promise<void> {
    await this.waitedFor(length);
    const wait = this.#waiting.find((candidate) => candidate.length === length);
    if (wait) this.#moveTo(wait.due);
  }

  #moveTo(moment: number): void {
    this.#elapsed = Math.max(this.#elapsed, moment);
    const due = this.#waiting.filter((wait) => wait.due <= this.#elapsed);
    for (const wait of due.sort((one, other) => one.due - other.due)) {
      const index = this.#waiting.indexOf(wait);
      // A callback before it may have called it off.
      if (index < 0) continue;
      this.#waiting.splice(index, 1);
      wait.callback();
    }
  }
}
