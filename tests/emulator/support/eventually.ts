import { setTimeout as wait } from "node:timers/promises";

/** Repeats a check until it passes; after ten seconds its last failure counts. For what the system does in its time. */
export async function eventually(check: () => Promise<void>, milliseconds = 10_000): Promise<void> {
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
