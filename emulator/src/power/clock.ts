/**
 * Time as the power controller sees it, so that tests own it. Two clocks, because the wall clock may jump (NTP, a
 * machine that was suspended): ages and pauses are measured with `elapsed`, time stamps are taken from `now`.
 */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary moment. */
  elapsed(): number;
  /** Calls back once after so many milliseconds; the returned function calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
