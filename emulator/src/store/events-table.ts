import type { Database } from "./database.ts";

/** Something worth knowing later: who changed what, and what became of a device. */
export interface StoredEvent {
  /** Wall clock, milliseconds. */
  readonly at: number;
  /** "request": an attempt at something that cannot be changed. */
  readonly kind: "power" | "boot" | "device" | "session" | "account" | "configuration" | "request";
  readonly machine?: string;
  readonly username?: string;
  /** Address of the client. */
  readonly origin?: string;
  /** X-Request-Id of the request that caused it. */
  readonly requestId?: string;
  /** Of a change that somebody asked for. */
  readonly outcome?: "done" | "refused" | "failed";
  readonly message: string;
}

/** Events kept unless the configuration says otherwise. */
const DEFAULT_LIMIT = 10_000;

/** The bounded event log. Holds no secret: messages name users, machines and addresses only. */
export class EventsTable {
  /** Rows kept; the oldest go first, at the next append. */
  limit = DEFAULT_LIMIT;
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
    // Ids are given in order without gaps and only the oldest rows are ever removed, so this counts exactly.
    this.#database.run("DELETE FROM events WHERE id <= (SELECT MAX(id) FROM events) - ?", [this.limit]);
  }

  /** The newest first. */
  latest(count: number): Record<string, unknown>[] {
    return this.#database.query("SELECT * FROM events ORDER BY id DESC LIMIT ?", [count]);
  }
}
