/** Lets a test wait until a hand-made server has seen a request, so that no clock is moved before that. */
export class Arrivals {
  readonly #watchers = new Set<(what: string) => void>();

  announce(what: string): void {
    for (const watcher of [...this.#watchers]) watcher(what);
  }

  /** Resolves when the next request of this name has arrived; to be called before the request is caused. */
  next(what: string): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (arrived: string): void => {
        if (arrived !== what) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }
}
