import { type FSWatcher, watch } from "node:fs";
import type { Logger } from "pino";

/** Several files change one after the other: wait until they are still. */
const SETTLE_MS = 200;
/** Some file systems tell nothing; what is mounted into a pod takes a minute anyway. */
const POLL_MS = 60_000;

/**
 * Calls back when something may have changed in a folder, and every minute in case nobody tells. The folder is
 * watched, not its files: Kubernetes swaps a symbolic link beside them.
 */
export class FolderWatch {
  /** Absent where the system has no watches left (inotify's limit): then only the minute counts. */
  readonly #watcher: FSWatcher | undefined;
  readonly #poll: NodeJS.Timeout;
  #settle: NodeJS.Timeout | undefined;

  constructor(folder: string, logger: Logger, onChange: () => void) {
    const later = (): void => {
      clearTimeout(this.#settle);
      this.#settle = setTimeout(onChange, SETTLE_MS);
    };
    const complain = (error: unknown): void =>
      logger.warn({ err: error, folder }, "the folder cannot be watched, it is looked at every minute");
    try {
      this.#watcher = watch(folder, later);
      this.#watcher.on("error", complain);
    } catch (error) {
      complain(error);
    }
    this.#poll = setInterval(later, POLL_MS);
  }

  close(): void {
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
  }
}
