import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  /** Milliseconds after which waiting fails. */
  readonly timeoutMs: number;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
  /** What is waited for, for the error message: "the API server at 127.0.0.1:26443". */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Looked at before each probe: a reason to stop waiting at once, such as a process that has ended. */
  readonly giveUp?: () => string | undefined;
}

/**
 * Looks again and again until `probe` answers something other than false or undefined, and returns it.
 * A probe that throws counts as "not yet"; its last message is part of the time-out's error.
 */
export async function waitUntil<T>(
  probe: () => Promise<T | false | undefined> | T | false | undefined,
  options: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let last = "";
  for (;;) {
    options.signal?.throwIfAborted();
    const reason = options.giveUp?.();
    if (reason) throw new Error(`${options.what}: ${reason}`);
    try {
      const answer = await probe();
      if (answer !== false && answer !== undefined) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() >= deadline) {
      throw new Error(
        `${options.what}: not there after ${options.timeoutMs / 1000} s${last ? ` (${last})` : ""}`,
      );
    }
    await sleep(options.everyMs ?? 100, undefined, { signal: options.signal });
  }
}
