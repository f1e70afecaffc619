/**
 * A signal that aborts on Ctrl-C and on SIGTERM, so that children are ended and unfinished files removed before the
 * process ends by itself. A second Ctrl-C ends it at once.
 *
 * The listeners must stay: libraries that restore the terminal end the process when theirs are the only ones left.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}
