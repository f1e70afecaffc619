import { median } from "./median.ts";

/** How long a command takes. */
export interface CommandTime {
  readonly command: string;
  readonly runs: number;
  readonly medianSeconds: number;
  readonly longestSeconds: number;
}

/**
 * Runs something several times, one after the other.
 * @throws whatever it throws; the signal's reason once that is aborted.
 */
export async function commandTime(
  command: string,
  runs: number,
  run: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<CommandTime> {
  const seconds: number[] = [];
  for (let index = 0; index < runs; index++) {
    signal.throwIfAborted();
    const began = performance.now();
    await run();
    seconds.push((performance.now() - began) / 1000);
  }
  return { command, runs, medianSeconds: median(seconds), longestSeconds: Math.max(...seconds) };
}
