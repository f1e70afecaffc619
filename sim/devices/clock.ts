/** Time as the simulated devices see it, so that tests move it by hand and nothing depends on the wall clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `action` once after `ms` milliseconds; the returned function takes it back. */
  after(ms: number, action: () => void): () => void;
}

/** The machine's own time. Its timers do not keep the process alive: a device is alive while it listens. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
