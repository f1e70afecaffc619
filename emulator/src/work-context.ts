import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What work is done for, found by everything that the work calls. While such a storage is in use, Node looks after each asynchronous
 * step of the whole process, which takes a tenth of what a read of a System takes. So it is in use only as long as such work runs:
 * what goes on longer than the work itself has to be kept ({@link keep}), or may find nothing.
 */
export class WorkContext<Value> {
  readonly #storage = new AsyncLocalStorage<Value>();
  #running = 0;

  /** What the code that runs now is done for. */
  get current(): Value | undefined {
    return this.#storage.getStore();
  }

  /** Does work for somebody. */
  async run<Result>(value: Value, work: () => Promise<Result>): Promise<Result> {
    this.#running += 1;
    try {
      return await this.#storage.run(value, work);
    } finally {
      this.#running -= 1;
      // Not at once: whoever waited for the work goes on first, and has a word to say.
      setImmediate(() => this.#rest());
    }
  }

  /** Does work for whom the present work is done, which need not wait for it. */
  keep<Result>(work: () => Promise<Result>): Promise<Result> {
    const value = this.current;
    return value === undefined ? work() : this.run(value, work);
  }

  #rest(): void {
    if (this.#running === 0) this.#storage.disable();
  }
}
