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
    const source = this.#sources.get(sourceOf(address));
    if (!source || source.failures < FREE) return 0;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(source.failures - FREE, 16));
    return Math.max(0, Math.ceil((source.at + pause - this.#clock.elapsed()) / 1000));
  }

  /** Counts a try. Before the password is checked, or a thousand tries at once would all go by. */
  tried(address: string): void {
    const source = sourceOf(address);
    const now = this.#clock.elapsed();
    const before = this.#sources.get(source);
    const failures = before && now - before.at < FORGET_MS ? before.failures + 1 : 1;
    // Forgetting the oldest bounds memory when addresses are forged by the thousand (IPv6).
    this.#sources.delete(source);
    if (this.#sources.size >= SOURCES) this.#sources.delete(this.#sources.keys().next().value ?? "");
    this.#sources.set(source, { failures, at: now });
  }

  /** Takes back one failure that was counted before the password turned out to be right. */
  succeeded(address: string): void {
    const source = sourceOf(address);
    const before = this.#sources.get(source);
    if (!before) return;
    if (before.failures > 1) this.#sources.set(source, { ...before, failures: before.failures - 1 });
    else this.#sources.delete(source);
  }
}

/** One IPv6 customer has a whole /64: its addresses count as one source. */
function sourceOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...new Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
