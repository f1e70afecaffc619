import { z } from "zod";
import type { Database } from "./database.ts";

const row = z
  .object({
    id: z.string(),
    token_hash: z.string(),
    username: z.string(),
    origin: z.string(),
    created_at: z.number(),
    used_at: z.number(),
  })
  .transform((found) => ({
    id: found.id,
    /** The token itself is never stored. */
    tokenHash: found.token_hash,
    username: found.username,
    /** Address the session was opened from. */
    origin: found.origin,
    /** Wall clock, milliseconds. */
    createdAt: found.created_at,
    usedAt: found.used_at,
  }));

export type StoredSession = z.output<typeof row>;

/** Login sessions, so that a restart of the emulator logs nobody out. */
export class SessionsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  loadAll(): StoredSession[] {
    return this.#database.query("SELECT * FROM sessions ORDER BY created_at").flatMap((found) => {
      const parsed = row.safeParse(found);
      return parsed.success ? [parsed.data] : [];
    });
  }

  insert(session: StoredSession): void {
    this.#database.run(
      "INSERT INTO sessions (id, token_hash, username, origin, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?)",
      [session.id, session.tokenHash, session.username, session.origin, session.createdAt, session.usedAt],
    );
  }

  touch(id: string, usedAt: number): void {
    this.#database.run("UPDATE sessions SET used_at = ? WHERE id = ?", [usedAt, id]);
  }

  remove(id: string): void {
    this.#database.run("DELETE FROM sessions WHERE id = ?", [id]);
  }
}
