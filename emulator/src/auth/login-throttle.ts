import type { Clock } from "../power/clock.ts";

interface Source {
  readonly failures: number;
  /** Monotonic clock of the last failure. */
  readonly at: number;
}

/** Failed logins of one address that are let go by. */
const FREE = 10;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** After this long without a failure the address starts afresh. */
const FORGET_MS = 300_000;
const SOURCES = 10_000;

/**
 * Slows down password guessing by address. It counts only passwords that had to be checked, so a client whose
 * credentials are right is not shut out by a guesser behind the same address once it has logged in.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #sources = new Map<string, Source>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds the address has to wait before another try; 0 when it need not. */
  wait(address: string): number {
    const source = this.#sources.get(address);
    if (!source || source.failures < FREE) return 0;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(source.failures - FREE, 16));
    return Math.max(0, Math.ceil((source.at + pause - this.#clock.elapsed()) / 1000));
  }

  failed(address: string): void {
    const now = this.#clock.elapsed();
    const before = this.#sources.get(address);
    const failures = before && now - before.at < FORGET_MS ? before.failures + 1 : 1;
    // Forgetting the oldest bounds memory when addresses are forged by the thousand (IPv6).
    this.#sources.delete(address);
    if (this.#sources.size >= SOURCES) this.#sources.delete(this.#sources.keys().next().value ?? "");
    this.#sources.set(address, { failures, at: now });
  }

  succeeded(address: string): void {
    this.#sources.delete(address);
  }
}
