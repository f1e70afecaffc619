import { randomBytes } from "node:crypto";
import { answerDigestChallenge, type DigestChallenge } from "./digest.ts";

/**
 * The nonce a server gave us and how often it was used. Using one nonce again saves every second request; the counter
 * must rise with each use, or a strict server takes the request for a replay.
 */
export class DigestSession {
  readonly #username: string;
  readonly #password: string;
  #challenge: DigestChallenge | undefined;
  #uses = 0;
  #proven = false;

  constructor(username: string, password: string) {
    this.#username = username;
    this.#password = password;
  }

  /** Whether the server accepted the present nonce before: its refusal then need not mean a wrong password. */
  get proven(): boolean {
    return this.#proven;
  }

  /** Begins with a new nonce. */
  begin(challenge: DigestChallenge): void {
    this.forget();
    this.#challenge = challenge;
  }

  /** The server accepted a request with the present nonce. */
  confirm(): void {
    this.#proven = this.#challenge !== undefined;
  }

  /** Drops the nonce, so that the next request goes without credentials and cannot count as a failed login. */
  forget(): void {
    this.#challenge = undefined;
    this.#uses = 0;
    this.#proven = false;
  }

  /** The Authorization header for the next request; undefined while there is no nonce. */
  authorization(method: string, uri: string): string | undefined {
    if (!this.#challenge) return undefined;
    this.#uses += 1;
    return answerDigestChallenge(this.#challenge, {
      username: this.#username,
      password: this.#password,
      method,
      uri,
      count: this.#uses,
      clientNonce: randomBytes(16).toString("hex"),
    });
  }
}
