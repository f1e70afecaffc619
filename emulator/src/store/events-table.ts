import { z } from "zod";
import type { Database } from "./database.ts";

const KINDS = [
  "power",
  "boot",
  "device",
  "session",
  "account",
  "subscription",
  "configuration",
  "request",
] as const;
const OUTCOMES = ["done", "refused", "failed"] as const;

/** Something worth knowing later: who changed what, and what became of a device. */
export interface StoredEvent {
  /** Wall clock, milliseconds. */
  readonly at: number;
  /** "request": an attempt at something that cannot be changed. */
  readonly kind: (typeof KINDS)[number];
  readonly machine?: string | undefined;
  readonly username?: string | undefined;
  /** Address of the client. */
  readonly origin?: string | undefined;
  /** X-Request-Id of the request that caused it. */
  readonly requestId?: string | undefined;
  /** Of a change that somebody asked for. */
  readonly outcome?: (typeof OUTCOMES)[number] | undefined;
  readonly message: string;
}

/** An event with its number in the log: they grow, and none is given twice. */
export interface LoggedEvent extends StoredEvent {
  readonly id: number;
}

const word = z
  .string()
  .nullable()
  .transform((text) => text ?? undefined);
const row = z
  .object({
    id: z.number(),
    at: z.number(),
    kind: z.enum(KINDS),
    machine: word,
    username: word,
    origin: word,
    request_id: word,
    outcome: z
      .enum(OUTCOMES)
      .nullable()
      .transform((text) => text ?? undefined),
    message: z.string(),
  })
  .transform(({ request_id: requestId, ...event }): LoggedEvent => ({ ...event, requestId }));

/** Events kept unless the configuration says otherwise. */
const DEFAULT_LIMIT = 10_000;

/** The bounded event log. Holds no secret: messages name users, machines and addresses only. */
export class EventsTable {
  /** Rows kept; the oldest go first, at the next append. */
  limit = DEFAULT_LIMIT;
  /** Told of every event as it comes. Must not throw. */
  onAppend: (event: LoggedEvent) => void = () => undefined;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  append(event: StoredEvent): void {
    const { at, kind, machine = null, username = null, origin = null, message } = event;
    const { requestId = null, outcome = null } = event;
    this.#database.run(
      `INSERT INTO events (at, kind, machine, username, origin, request_id, outcome, message)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [Math.round(at), kind, machine, username, origin, requestId, outcome, message],
    );
    const [inserted] = this.#database.query("SELECT last_insert_rowid() AS id");
    // Ids are given in order without gaps and only the oldest rows are ever removed, so this counts exactly.
    this.#database.run("DELETE FROM events WHERE id <= (SELECT MAX(id) FROM events) - ?", [this.limit]);
    this.onAppend({ ...event, id: Number(inserted?.id) });
  }

  /** The newest first. */
  latest(count: number): LoggedEvent[] {
    return this.#read("ORDER BY id DESC LIMIT ?", [count]);
  }

  /** Those of one machine, the newest first. */
  ofMachine(machine: string, count: number): LoggedEvent[] {
    return this.#read("WHERE machine = ? ORDER BY id DESC LIMIT ?", [machine, count]);
  }

  /** What somebody asked for, the newest first. */
  audit(count: number): LoggedEvent[] {
    return this.#read("WHERE outcome IS NOT NULL ORDER BY id DESC LIMIT ?", [count]);
  }

  /** For each machine that has one: the last change of its power or boot override that somebody asked for. */
  lastActions(): LoggedEvent[] {
    return this.#read(
      `WHERE id IN (SELECT MAX(id) FROM events
                    WHERE outcome IS NOT NULL AND kind IN ('power', 'boot') AND machine IS NOT NULL
                    GROUP BY machine) ORDER BY id`,
      [],
    );
  }

  /** Those after a number, the oldest first. */
  after(id: number, count: number): LoggedEvent[] {
    return this.#read("WHERE id > ? ORDER BY id LIMIT ?", [id, count]);
  }

  byId(id: string): LoggedEvent | undefined {
    if (!/^[1-9]\d{0,14}$/.test(id)) return undefined;
    return this.#read("WHERE id = ?", [Number(id)])[0];
  }

  /** A row that does not read as an event is left out. */
  #read(rest: string, values: readonly (string | number)[]): LoggedEvent[] {
    return this.#database.query(`SELECT * FROM events ${rest}`, values).flatMap((found) => {
      const parsed = row.safeParse(found);
      return parsed.success ? [parsed.data] : [];
    });
  }
}
