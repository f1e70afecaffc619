import { setTimeout as wait } from "node:timers/promises";

/**
 * Repeats a check until it passes; after four minutes, which is within a test's time, its last failure counts. For
 * what the system does in its own time.
 */
export async function eventually(check: () => Promise<void>, milliseconds = 240_000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(20);
    }
  }
}
