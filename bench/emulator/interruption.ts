const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // A second signal means that somebody does not want to wait.
    if (controller.signal.aborted) process.exit(1);
    controller.abort(new Error(`ended by ${name}`));
  });
}

/** Aborted when somebody ends the bench by a signal: whatever it has started is to end with it. */
export const interruption: AbortSignal = controller.signal;
