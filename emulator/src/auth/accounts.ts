import { createHmac, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import type { UserConfig } from "../config.ts";
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

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_LENGTH, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** The users of the configuration. Passwords are hashed once at start and not kept. */
export class Accounts {
  readonly #accounts: ReadonlyMap<string, Account>;
  /** For user names that do not exist, so that their refusal takes as long. */
  readonly #nobody: { readonly salt: Buffer; readonly hash: Buffer };
  readonly #memoryKey = randomBytes(32);
  /** HMACs of credentials that were found right, so that scrypt runs once and not at each of Ironic's requests. */
  readonly #verified = new Set<string>();

  private constructor(accounts: readonly Account[]) {
    this.#accounts = new Map(accounts.map((account) => [account.username, account]));
    this.#nobody = { salt: randomBytes(16), hash: randomBytes(KEY_LENGTH) };
  }

  static async create(users: readonly UserConfig[]): Promise<Accounts> {
    return new Accounts(await Promise.all(users.map(hashUser)));
  }

  find(username: string): Principal | undefined {
    const account = this.#accounts.get(username);
    return account && { username: account.username, role: account.role };
  }

  /** A value that changes when the user's password changes; undefined for an unknown user. */
  fingerprint(username: string): Buffer | undefined {
    return this.#accounts.get(username)?.fingerprint;
  }

  /** Whether these very credentials were found right before; takes no time. */
  remembers(username: string, password: string): boolean {
    return this.#verified.has(this.#credentialKey(username, password));
  }

  /** Checks a password off the event loop, in the same time whether the user exists or not. */
  async verify(username: string, password: string): Promise<Principal | undefined> {
    if (this.remembers(username, password)) return this.find(username);
    const account = this.#accounts.get(username);
    const { salt, hash } = account ?? this.#nobody;
    const same = timingSafeEqual(await derive(password, salt), hash);
    if (!same || !account) return undefined;
    if (this.#verified.size >= REMEMBERED) this.#verified.clear();
    this.#verified.add(this.#credentialKey(username, password));
    return this.find(username);
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
