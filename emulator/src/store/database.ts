import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import type { Logger } from "pino";
import initSqlJs, { type Database as SqlJsDatabase, type SqlJsStatic, type SqlValue } from "sql.js";
import { replaceFile } from "./durable-file.ts";
import { migrations } from "./migrations.ts";

export interface DatabaseOptions {
  /** Absent: nothing is kept on disk. */
  readonly path?: string;
  readonly logger: Logger;
  /** Milliseconds within which a change reaches the disk when nobody waits for it. */
  readonly lazily?: number;
  /** Milliseconds that a commit waits for others to share its write. */
  readonly together?: number;
  /** Told of every write; `failed` when the disk refused it. Must not throw. */
  readonly onWrite?: (milliseconds: number, failed: boolean) => void;
}

/**
 * sql.js keeps a database in memory and can only export it whole. So changes are gathered: a commit resolves when a
 * write that holds it is durable, and several commits share one write; what nobody waits for is written within a
 * second. A disk that cannot be written is reported (`problem`) and does not stop the service.
 */
export class Database {
  /** Why the last write failed; undefined when it did not. */
  problem: string | undefined;
  readonly #sql: SqlJsDatabase;
  readonly #options: DatabaseOptions;
  #timer: { readonly due: number; readonly handle: NodeJS.Timeout } | undefined;
  #closed = false;
  #changes = 0;
  #written = 0;
  #writes: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];

  private constructor(sql: SqlJsDatabase, options: DatabaseOptions) {
    this.#sql = sql;
    this.#options = options;
  }

  /** Opens the file, or starts afresh; a damaged file is set aside with a warning. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const sqlJs = await initSqlJs();
    const { sql, migrated } =
      (options.path && (await load(sqlJs, options.path, options.logger))) || empty(sqlJs);
    const database = new Database(sql, options);
    if (migrated) database.#changed();
    return database;
  }

  /** Rows as objects by column name. */
  query(statement: string, parameters: readonly SqlValue[] = []): Record<string, SqlValue>[] {
    // Prepared for one use only: export() ends all prepared statements.
    const prepared = this.#sql.prepare(statement, [...parameters]);
    try {
      const rows: Record<string, SqlValue>[] = [];
      while (prepared.step()) rows.push(prepared.getAsObject());
      return rows;
    } finally {
      prepared.free();
    }
  }

  /** Changes the database; on disk within a second, or with the next commit. */
  run(statement: string, parameters: readonly SqlValue[] = []): void {
    if (this.#closed) return;
    this.#sql.run(statement, [...parameters]);
    this.#changed();
  }

  /** The whole database, as a file of it would be. */
  copy(): Uint8Array {
    return this.#sql.export();
  }

  /** Resolves when everything changed so far is on disk, or could not be written (see `problem`). Never rejects. */
  commit(): Promise<void> {
    const durable = this.#options.path === undefined || this.#written === this.#changes;
    if (durable || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule(this.#options.together ?? 10);
    });
  }

  /** Writes what is left. What is changed afterwards, by a request that was cut off, is lost. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flush();
    this.#sql.close();
  }

  #changed(): void {
    this.#changes += 1;
    this.#schedule(this.#options.lazily ?? 1000);
  }

  #schedule(delay: number): void {
    if (this.#options.path === undefined || this.#closed) return;
    const due = performance.now() + delay;
    if (this.#timer && this.#timer.due <= due) return;
    clearTimeout(this.#timer?.handle);
    this.#timer = { due, handle: setTimeout(() => void this.#flush(), delay) };
  }

  /** Writes one after the other; each takes along whatever changed before it begins. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
    this.#writes = this.#writes.then(async () => {
      const waiting = this.#waiting;
      this.#waiting = [];
      if (this.#written !== this.#changes || this.problem) await this.#write();
      for (const resolve of waiting) resolve();
    });
    return this.#writes;
  }

  async #write(): Promise<void> {
    const { path, logger, onWrite } = this.#options;
    if (path === undefined) return;
    const changes = this.#changes;
    const begin = performance.now();
    try {
      await replaceFile(path, this.#sql.export());
      this.#written = changes;
      onWrite?.(performance.now() - begin, false);
      if (this.problem) logger.info({ path }, "the store can be written again");
      this.problem = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.problem)
        logger.error({ path }, `the store cannot be written, state is kept in memory only: ${message}`);
      this.problem = message;
      onWrite?.(performance.now() - begin, true);
      // Changes stay in memory; try again later, so that a disk that is emptied is noticed without a restart.
      this.#schedule(10_000);
    }
  }
}

/** @returns whether anything was changed */
function migrate(sql: SqlJsDatabase): boolean {
  const version = userVersion(sql);
  migrations.slice(version).forEach((step, index) => {
    sql.exec(`BEGIN; ${step} PRAGMA user_version = ${version + index + 1}; COMMIT;`);
  });
  return version < migrations.length;
}

function userVersion(sql: SqlJsDatabase): number {
  return Number(sql.exec("PRAGMA user_version")[0]?.values[0]?.[0] ?? 0);
}

interface Loaded {
  readonly sql: SqlJsDatabase;
  /** Whether it has to be written though nothing was changed yet. */
  readonly migrated: boolean;
}

function empty(sqlJs: SqlJsStatic): Loaded {
  const sql = new sqlJs.Database();
  return { sql, migrated: migrate(sql) };
}

/** The names of all columns, with their tables'. */
function columnsOf(sql: SqlJsDatabase): Set<string> {
  const [rows] = sql.exec(
    "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
  );
  return new Set(rows?.values.map(([name]) => String(name)));
}

/** @returns undefined when there is no file, or none that can be used: that is set aside */
async function load(sqlJs: SqlJsStatic, path: string, logger: Logger): Promise<Loaded | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const sql = new sqlJs.Database(await readFile(path));
    const check = sql.exec("PRAGMA quick_check")[0]?.values[0]?.[0];
    if (check !== "ok") throw new Error(String(check));
    if (userVersion(sql) > migrations.length)
      throw new Error("it was written by a newer version of the emulator");
    const migrated = migrate(sql);
    const columns = columnsOf(sql);
    const missing = [...columnsOf(empty(sqlJs).sql)].filter((column) => !columns.has(column));
    if (missing.length > 0) throw new Error(`it has no ${missing.join(", ")}`);
    return { sql, migrated };
  } catch (error) {
    const aside = `${path}.damaged-${new Date().toISOString().replaceAll(":", "-")}`;
    const message = error instanceof Error ? error.message : String(error);
    const moved = await rename(path, aside).then(
      () => `it was set aside as ${aside}`,
      (reason: unknown) => `it could not be set aside (${String(reason)}) and will be overwritten`,
    );
    logger.error({ path }, `the store cannot be read: ${message}; ${moved}; starting with an empty one`);
    return undefined;
  }
}
