import { createHmac, timingSafeEqual } from "node:crypto";
import type { UserConfig } from "../config.ts";
import type { Clock } from "../power/clock.ts";
import { stableUuid } from "../redfish/stable-uuid.ts";
import type { AccountsTable, StoredAccount } from "../store/accounts-table.ts";
import type { Account, AccountSettings, Principal } from "./account.ts";
import { accountLimits } from "./account-limits.ts";
import { PasswordHash } from "./password-hash.ts";
import { VerifiedCredentials } from "./verified-credentials.ts";

export interface AccountsOptions {
  readonly table: AccountsTable;
  readonly clock: Clock;
}

/** Why an account cannot be made, changed or removed. */
export type AccountRefusal = "name-taken" | "too-many" | "last-administrator";

/**
 * Everybody who may log in: the users of the configuration, which only the configuration changes, and the accounts
 * that were made over Redfish, which live in the store. A name belongs to one of them: the configuration takes it.
 */
export class Accounts {
  /** Told of users whose account changed or went: what they proved before counts no more. Must not throw. */
  onProofLost: (usernames: readonly string[]) => void = () => undefined;
  /**
   * Told of an account made over Redfish whose name changed, or, without a next one, is nobody's any more: what belongs to the
   * name goes along, or goes. Must not throw.
   */
  onNameLost: (username: string, next?: string) => void = () => undefined;
  #configured: ReadonlyMap<string, Account> = new Map();
  readonly #made = new Map<string, Account>();
  readonly #table: AccountsTable;
  readonly #clock: Clock;
  readonly #nobody = PasswordHash.ofNobody();
  readonly #verified: VerifiedCredentials;
  /** Checks under way, by the keys of `#verified`: the burst of a client that starts costs one hash. */
  readonly #checking = new Map<string, Promise<Principal | undefined>>();

  constructor({ table, clock }: AccountsOptions) {
    this.#table = table;
    this.#clock = clock;
    this.#verified = new VerifiedCredentials(clock);
    for (const stored of table.loadAll()) {
      const account = fromStore(stored);
      if (account) this.#made.set(account.username, account);
    }
  }

  /**
   * Takes the users of a configuration: at once, after all are hashed. Passwords are not kept.
   * @returns the names of accounts made over Redfish that had to go because the configuration has users of that name
   */
  async configure(users: readonly UserConfig[]): Promise<string[]> {
    const hashed = await Promise.all(users.map(fromConfiguration));
    const before = this.#configured;
    // What did not change stays the same object, for what is under way meanwhile.
    const next = hashed.map((account) => {
      const same = before.get(account.username);
      return same && sameProof(same, account) && same.role === account.role ? same : account;
    });
    this.#configured = new Map(next.map((account) => [account.username, account]));
    const displaced = [...this.#made.values()].filter(({ username }) => this.#configured.has(username));
    for (const account of displaced) this.#forget(account);
    const changed = [...before.values()].filter((account) => {
      const now = this.#configured.get(account.username);
      return !now || !sameProof(now, account);
    });
    this.#loseProof([...changed, ...displaced]);
    return displaced.map(({ username }) => username);
  }

  /** Those of the configuration first, then the others, the oldest first. */
  list(): Account[] {
    return [...this.#configured.values(), ...this.#made.values()];
  }

  byName(username: string): Account | undefined {
    return this.#configured.get(username) ?? this.#made.get(username);
  }

  byId(id: string): Account | undefined {
    return this.list().find((account) => account.id === id);
  }

  /** Who a user name stands for; undefined for an unknown or disabled user. */
  find(username: string): Principal | undefined {
    const account = this.byName(username);
    if (!account?.enabled) return undefined;
    const { role, passwordChangeRequired } = account;
    return passwordChangeRequired
      ? { username: account.username, role, mustChangePassword: true }
      : { username: account.username, role };
  }

  /** A value that changes when the user's password changes; undefined for an unknown user. */
  fingerprint(username: string): Buffer | undefined {
    return this.byName(username)?.fingerprint;
  }

  /** Makes an account; durable with the store's next commit. */
  create(settings: AccountSettings, password: PasswordHash): Account | AccountRefusal {
    if (this.byName(settings.username)) return "name-taken";
    if (this.#made.size >= accountLimits.count) return "too-many";
    const id = this.#table.insert({ ...settings, password: password.toString() }, this.#clock.now());
    const account = made(id, settings, password);
    this.#made.set(account.username, account);
    // What is left of somebody who had the name before the present one.
    this.#loseProof([account]);
    this.onNameLost(account.username);
    return account;
  }

  /** Changes an account of the store; durable with the store's next commit. Its sessions end. */
  change(account: Account, settings: AccountSettings, password = account.password): Account | AccountRefusal {
    const holder = this.byName(settings.username);
    if (holder && holder !== account) return "name-taken";
    if (!isAdministrator(settings) && this.#isLastAdministrator(account)) return "last-administrator";
    const next = made(account.id, settings, password);
    this.#table.update({ ...settings, id: next.id, password: password.toString() }, this.#clock.now());
    const after = [...this.#made.values()].map((other) => (other === account ? next : other));
    this.#made.clear();
    for (const one of after) this.#made.set(one.username, one);
    this.#loseProof([account, next]);
    if (next.username !== account.username) {
      this.onNameLost(next.username);
      this.onNameLost(account.username, next.username);
    }
    return next;
  }

  /** Removes an account of the store; durable with the store's next commit. Its sessions end. */
  remove(account: Account): AccountRefusal | undefined {
    if (this.#isLastAdministrator(account)) return "last-administrator";
    this.#forget(account);
    this.#loseProof([account]);
    return undefined;
  }

  /** Whether these very credentials were found right lately; takes no time. */
  remembers(username: string, password: string): boolean {
    return this.#verified.has(this.#verified.key(username, password));
  }

  /** Whether these very credentials are being checked now. */
  checks(username: string, password: string): boolean {
    return this.#checking.has(this.#verified.key(username, password));
  }

  /** Checks a password off the event loop, in the same time whether the user exists or not. */
  verify(username: string, password: string): Promise<Principal | undefined> {
    const key = this.#verified.key(username, password);
    if (this.#verified.has(key)) return Promise.resolve(this.find(username));
    const running = this.#checking.get(key);
    if (running) return running;
    const check = this.#check(key, username, password).finally(() => this.#checking.delete(key));
    this.#checking.set(key, check);
    return check;
  }

  async #check(key: string, username: string, password: string): Promise<Principal | undefined> {
    const account = this.byName(username);
    const same = await (account?.password ?? this.#nobody).matches(password);
    // The account may have changed meanwhile.
    if (!same || !account?.enabled || this.byName(username) !== account) return undefined;
    this.#verified.add(key, username);
    return this.find(username);
  }

  #isLastAdministrator(account: Account): boolean {
    if (!isAdministrator(account)) return false;
    return !this.list().some((other) => other !== account && isAdministrator(other));
  }

  #forget(account: Account): void {
    this.#table.remove(account.id);
    this.#made.delete(account.username);
    this.onNameLost(account.username);
  }

  #loseProof(accounts: readonly Account[]): void {
    const usernames = [...new Set(accounts.map(({ username }) => username))];
    this.#verified.forget(usernames);
    this.onProofLost(usernames);
  }
}

function isAdministrator({ role, enabled }: AccountSettings): boolean {
  return enabled && role === "Administrator";
}

function sameProof(one: Account, other: Account): boolean {
  return timingSafeEqual(one.fingerprint, other.fingerprint);
}

async function fromConfiguration({ username, password, role }: UserConfig): Promise<Account> {
  // The fingerprint must be the same after a restart, so its salt is the user name; it never leaves the process but
  // mixed with a session's 256 random bits.
  const [hash, { key: fingerprint }] = await Promise.all([
    PasswordHash.of(password),
    PasswordHash.of(password, Buffer.from(`edge-lab session fingerprint of ${username}`)),
  ]);
  // Names that need no escape are their own ids. Those of the store are numbers, and "Members" is a URI by itself.
  const plain = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(username) && username !== "Members";
  return {
    id: plain ? username : stableUuid("account", username),
    origin: "configuration",
    username,
    role,
    enabled: true,
    passwordChangeRequired: false,
    password: hash,
    fingerprint,
  };
}

function fromStore({ id, password, ...settings }: StoredAccount): Account | undefined {
  const hash = PasswordHash.parse(password);
  return hash && made(id, settings, hash);
}

function made(id: string, settings: AccountSettings, password: PasswordHash): Account {
  const fingerprint = createHmac("sha256", password.key).update("edge-lab session fingerprint").digest();
  return { ...settings, id, origin: "store", password, fingerprint };
}
