import type { Database } from "./database.ts";

/** Something worth knowing later: who changed what, and what became of a device. */
export interface StoredEvent {
  /** Wall clock, milliseconds. */
  readonly at: number;
  readonly kind: "power" | "boot" | "device" | "session";
  readonly machine?: string;
  readonly username?: string;
  /** Address of the client. */
  readonly origin?: string;
  readonly message: string;
}

/** Events kept; older ones are dropped. */
const LIMIT = 10_000;
/** Dropping is work: done once in so many appends. */
const SLACK = 500;

/** The bounded event log. Holds no secret: messages name users, machines and addresses only. */
export class EventsTable {
  readonly #database: Database;
  #sinceTrim = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  append(event: StoredEvent): void {
    const { at, kind, machine = null, username = null, origin = null, message } = event;
    this.#database.run(
      "INSERT INTO events (at, kind, machine, username, origin, message) VALUES (?, ?, ?, ?, ?, ?)",
      [Math.round(at), kind, machine, username, origin, message],
    );
    this.#sinceTrim += 1;
    if (this.#sinceTrim < SLACK) return;
    this.#sinceTrim = 0;
    this.#database.run("DELETE FROM events WHERE id <= (SELECT MAX(id) FROM events) - ?", [LIMIT]);
  }

  /** The newest first. */
  latest(count: number): Record<string, unknown>[] {
    return this.#database.query("SELECT * FROM events ORDER BY id DESC LIMIT ?", [count]);
  }
}
