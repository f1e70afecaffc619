import { hash, randomBytes } from "node:crypto";
import type { Clock } from "../power/clock.ts";

/** Credentials remembered; Ironic needs one. */
const REMEMBERED = 256;
/** For how long, by the monotonic clock. */
const REMEMBER_MS = 300_000;

/** Keyed hashes of credentials that were found right, so that scrypt runs once and not at each of Ironic's requests. */
export class VerifiedCredentials {
  readonly #clock: Clock;
  /**
   * Of this process alone, so that what is remembered tells nobody a password. No longer than it has to be: with credentials of up
   * to 31 bytes it makes one block of the hash, which is computed at each request.
   */
  readonly #memoryKey = randomBytes(18).toString("base64");
  readonly #verified = new Map<string, { readonly username: string; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names credentials without holding them; the same only within this process. */
  key(username: string, password: string): string {
    // User names cannot hold a colon, so this is unambiguous.
    return hash("sha256", `${this.#memoryKey}${username}:${password}`, "base64");
  }

  has(key: string): boolean {
    const verified = this.#verified.get(key);
    return verified !== undefined && this.#clock.elapsed() - verified.at < REMEMBER_MS;
  }

  add(key: string, username: string): void {
    if (this.#verified.size >= REMEMBERED) this.#verified.clear();
    this.#verified.set(key, { username, at: this.#clock.elapsed() });
  }

  forget(usernames: readonly string[]): void {
    for (const [key, { username }] of this.#verified)
      if (usernames.includes(username)) this.#verified.delete(key);
  }
}
