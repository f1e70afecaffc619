import type { Clock } from "./clock.ts";

/**
 * Resolves after so many milliseconds of the given clock, or at once when the signal aborts; the caller looks at the
 * signal afterwards. Never rejects.
 */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(milliseconds, finish);
    signal?.addEventListener("abort", finish, { once: true });
  });
}
