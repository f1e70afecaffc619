import { createHmac, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import PQueue from "p-queue";
import type { UserConfig } from "../config.ts";
import type { Clock } from "../power/clock.ts";
import type { Role } from "./privileges.ts";

/** Who makes a request. */
export interface Principal {
  readonly username: string;
  readonly role: Role;
}

interface Account extends Principal {
  readonly salt: Buffer;
  readonly hash: Buffer;
  /** Changes with the password; ties sessions to it. */
  readonly fingerprint: Buffer;
}

const KEY_LENGTH = 32;
/** About 50 ms: too slow to guess, too slow for every request (see `#verified`). */
const COST: ScryptOptions = { N: 2 ** 14, r: 8, p: 1 };
/** Verified credentials remembered; Ironic needs one. */
const REMEMBERED = 256;
/** For how long, by the monotonic clock. */
const REMEMBER_MS = 300_000;
/**
 * Passwords hashed at the same time. Node has four threads for such work and the store's writes need one; each hash
 * takes 16 MiB.
 */
const hashing = new PQueue({ concurrency: 2 });

function derive(password: string, salt: Buffer): Promise<Buffer> {
  const work = (): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      scrypt(password, salt, KEY_LENGTH, COST, (error, key) => (error ? reject(error) : resolve(key)));
    });
  return hashing.add(work);
}

/** The users of the configuration. Passwords are hashed once and not kept. */
export class Accounts {
  #accounts: ReadonlyMap<string, Account>;
  readonly #clock: Clock;
  /** For user names that do not exist, so that their refusal takes as long. */
  readonly #nobody: { readonly salt: Buffer; readonly hash: Buffer };
  readonly #memoryKey = randomBytes(32);
  /** HMACs of credentials that were found right, so that scrypt runs once and not at each of Ironic's requests. */
  readonly #verified = new Map<string, { readonly username: string; readonly at: number }>();
  /** Checks under way, by the same keys: the burst of a client that starts costs one hash. */
  readonly #checking = new Map<string, Promise<Principal | undefined>>();

  private constructor(accounts: readonly Account[], clock: Clock) {
    this.#clock = clock;
    this.#accounts = new Map(accounts.map((account) => [account.username, account]));
    this.#nobody = { salt: randomBytes(16), hash: randomBytes(KEY_LENGTH) };
  }

  static async create(users: readonly UserConfig[], clock: Clock): Promise<Accounts> {
    return new Accounts(await Promise.all(users.map(hashUser)), clock);
  }

  /**
   * Takes the users of a new configuration: at once, after all are hashed.
   * @returns the names of users that are gone or whose password changed; what they proved before counts no more
   */
  async replace(users: readonly UserConfig[]): Promise<string[]> {
    const next = await Promise.all(users.map(hashUser));
    const before = this.#accounts;
    this.#accounts = new Map(next.map((account) => [account.username, account]));
    const changed = [...before.values()].flatMap(({ username, fingerprint }) => {
      const now = this.#accounts.get(username)?.fingerprint;
      return now && timingSafeEqual(now, fingerprint) ? [] : [username];
    });
    for (const [key, { username }] of this.#verified)
      if (changed.includes(username)) this.#verified.delete(key);
    return changed;
  }

  find(username: string): Principal | undefined {
    const account = this.#accounts.get(username);
    return account && { username: account.username, role: account.role };
  }

  /** A value that changes when the user's password changes; undefined for an unknown user. */
  fingerprint(username: string): Buffer | undefined {
    return this.#accounts.get(username)?.fingerprint;
  }

  /** Whether these very credentials were found right lately; takes no time. */
  remembers(username: string, password: string): boolean {
    return this.#remembers(this.#credentialKey(username, password));
  }

  /** Whether these very credentials are being checked now. */
  checks(username: string, password: string): boolean {
    return this.#checking.has(this.#credentialKey(username, password));
  }

  /** Checks a password off the event loop, in the same time whether the user exists or not. */
  verify(username: string, password: string): Promise<Principal | undefined> {
    const key = this.#credentialKey(username, password);
    if (this.#remembers(key)) return Promise.resolve(this.find(username));
    const running = this.#checking.get(key);
    if (running) return running;
    const check = this.#check(key, username, password).finally(() => this.#checking.delete(key));
    this.#checking.set(key, check);
    return check;
  }

  async #check(key: string, username: string, password: string): Promise<Principal | undefined> {
    const account = this.#accounts.get(username);
    const { salt, hash } = account ?? this.#nobody;
    const same = timingSafeEqual(await derive(password, salt), hash);
    // The users may have been replaced meanwhile.
    if (!same || !account || this.#accounts.get(username) !== account) return undefined;
    if (this.#verified.size >= REMEMBERED) this.#verified.clear();
    this.#verified.set(key, { username, at: this.#clock.elapsed() });
    return this.find(username);
  }

  #remembers(key: string): boolean {
    const verified = this.#verified.get(key);
    return verified !== undefined && this.#clock.elapsed() - verified.at < REMEMBER_MS;
  }

  #credentialKey(username: string, password: string): string {
    // User names cannot hold a colon, so this is unambiguous.
    return createHmac("sha256", this.#memoryKey).update(`${username}:${password}`).digest("base64");
  }
}

async function hashUser({ username, password, role }: UserConfig): Promise<Account> {
  const salt = randomBytes(16);
  // The fingerprint must be the same after a restart, so its salt is the user name; it never leaves the process but
  // mixed with a session's 256 random bits.
  const [hash, fingerprint] = await Promise.all([
    derive(password, salt),
    derive(password, Buffer.from(`edge-lab session fingerprint of ${username}`)),
  ]);
  return { username, role, salt, hash, fingerprint };
}
