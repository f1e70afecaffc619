import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../power/clock.ts";
import type { SessionsTable, StoredSession } from "../store/sessions-table.ts";
import type { Principal } from "./account.ts";
import type { Accounts } from "./accounts.ts";

export type Session = StoredSession;

export interface SessionsOptions {
  readonly accounts: Accounts;
  readonly table: SessionsTable;
  readonly clock: Clock;
  /** Idle seconds after which a session ends. */
  readonly timeoutSeconds: number;
  /**
   * Sessions at the same time. Generous: Ironic never deletes its own (sushy leaves one at each restart of the
   * conductor).
   */
  readonly limit: number;
}

/** How often the time of last use is written down. */
const TOUCH_MS = 60_000;

/**
 * Login sessions. A token is `<id>.<256 random bits>`; kept is only an HMAC of it that is keyed by the user's password
 * fingerprint, so a stolen store opens nothing and a changed password ends the user's sessions, also while the
 * emulator is not running. Any other change of an account ends them too.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #written = new Map<string, number>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    for (const session of options.table.loadAll()) this.#sessions.set(session.id, session);
    options.accounts.onProofLost = (usernames) => this.#endThoseOf(usernames);
  }

  get timeoutSeconds(): number {
    return this.#options.timeoutSeconds;
  }

  /** Sessions that have not expired, oldest first. */
  list(): Session[] {
    this.#expire();
    return [...this.#sessions.values()];
  }

  find(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (session && this.#expired(session)) {
      this.remove(id);
      return undefined;
    }
    return session;
  }

  /** @returns undefined when there are too many sessions already */
  open(
    principal: Principal,
    origin: string,
  ): { readonly session: Session; readonly token: string } | undefined {
    this.#expire();
    if (this.#sessions.size >= this.#options.limit) return undefined;
    const id = randomBytes(9).toString("base64url");
    const secret = randomBytes(32).toString("base64url");
    const now = this.#options.clock.now();
    const session: Session = {
      id,
      tokenHash: this.#hash(secret, principal.username),
      username: principal.username,
      origin,
      createdAt: now,
      usedAt: now,
    };
    this.#sessions.set(id, session);
    this.#options.table.insert(session);
    return { session, token: `${id}.${secret}` };
  }

  /** Who a token speaks for; counts as use of the session. */
  authenticate(token: string): Principal | undefined {
    const [id = "", secret = ""] = token.split(".", 2);
    const session = this.find(id);
    const principal = session && this.#options.accounts.find(session.username);
    if (!session || !principal) return undefined;
    const given = Buffer.from(this.#hash(secret, session.username));
    const expected = Buffer.from(session.tokenHash);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    this.#touch(session);
    return principal;
  }

  remove(id: string): void {
    this.#sessions.delete(id);
    this.#written.delete(id);
    this.#options.table.remove(id);
  }

  #endThoseOf(usernames: readonly string[]): void {
    for (const { id, username } of [...this.#sessions.values()])
      if (usernames.includes(username)) this.remove(id);
  }

  #hash(secret: string, username: string): string {
    const key = this.#options.accounts.fingerprint(username) ?? randomBytes(32);
    return createHmac("sha256", key).update(secret).digest("base64");
  }

  #touch(session: Session): void {
    const usedAt = this.#options.clock.now();
    this.#sessions.set(session.id, { ...session, usedAt });
    if (usedAt - (this.#written.get(session.id) ?? session.createdAt) < TOUCH_MS) return;
    this.#written.set(session.id, usedAt);
    this.#options.table.touch(session.id, usedAt);
  }

  #expired(session: Session): boolean {
    return this.#options.clock.now() - session.usedAt > this.#options.timeoutSeconds * 1000;
  }

  #expire(): void {
    for (const session of [...this.#sessions.values()]) if (this.#expired(session)) this.remove(session.id);
  }
}
