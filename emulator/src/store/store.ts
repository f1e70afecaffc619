import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { AccountsTable } from "./accounts-table.ts";
import { BootSettingsTable } from "./boot-settings-table.ts";
import { Database } from "./database.ts";
import { EventsTable } from "./events-table.ts";
import { MachineFactsTable } from "./machine-facts-table.ts";
import { PowerStates } from "./power-states.ts";
import { seedStore } from "./seed-store.ts";
import { SessionsTable } from "./sessions-table.ts";
import { SubscriptionsTable } from "./subscriptions-table.ts";

const FILE = "emulator.sqlite";

/** What the emulator remembers across restarts. */
export class Store {
  readonly powerStates: PowerStates;
  readonly bootSettings: BootSettingsTable;
  readonly sessions: SessionsTable;
  readonly accounts: AccountsTable;
  readonly events: EventsTable;
  readonly subscriptions: SubscriptionsTable;
  readonly machineFacts: MachineFactsTable;
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
    this.powerStates = new PowerStates(database);
    this.bootSettings = new BootSettingsTable(database);
    this.sessions = new SessionsTable(database);
    this.accounts = new AccountsTable(database);
    this.events = new EventsTable(database);
    this.subscriptions = new SubscriptionsTable(database);
    this.machineFacts = new MachineFactsTable(database);
  }

  /** Told of every write to the disk: how long it took, and whether it failed. For metrics; must not throw. */
  onWrite: (milliseconds: number, failed: boolean) => void = () => undefined;

  /**
   * Opens the store in a folder, which is made if need be; without a folder nothing outlives the process. Where the folder
   * holds none yet, it begins with the one in `seedFolder`, if there is one.
   */
  static async open(options: {
    readonly folder?: string;
    readonly seedFolder?: string;
    readonly logger: Logger;
  }): Promise<Store> {
    const { folder, seedFolder, logger } = options;
    if (folder === undefined) return new Store(await Database.open({ logger }));
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      // The first write reports it again and keeps trying: power control must not depend on a disk.
      logger.error({ folder }, `the data folder cannot be made: ${String(error)}`);
    }
    const path = join(folder, FILE);
    if (seedFolder !== undefined) await seedStore(path, seedFolder, logger);
    const store: Store = new Store(
      await Database.open({ logger, path, onWrite: (...write) => store.onWrite(...write) }),
    );
    return store;
  }

  /** Identifies this installation of the service; made at the first start. */
  get serviceUuid(): string {
    const [found] = this.#database.query("SELECT value FROM facts WHERE name = 'service_uuid'");
    if (typeof found?.value === "string") return found.value;
    const uuid = randomUUID();
    this.#database.run("INSERT INTO facts (name, value) VALUES ('service_uuid', ?)", [uuid]);
    return uuid;
  }

  /** All of it, as the file `emulator.sqlite`: passwords of accounts are in it as hashes alone. */
  copy(): Uint8Array {
    return this.#database.copy();
  }

  /** Why the disk cannot be written, if so. */
  get problem(): string | undefined {
    return this.#database.problem;
  }

  /** Resolves when all changes so far are on disk. Never rejects: see `problem`. */
  commit(): Promise<void> {
    return this.#database.commit();
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
