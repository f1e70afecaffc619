import { z } from "zod";
import type { Database } from "./database.ts";

const row = z
  .object({
    id: z.number(),
    username: z.string(),
    password: z.string(),
    role: z.enum(["Administrator", "Operator", "ReadOnly"]),
    enabled: z.number(),
    password_change_required: z.number(),
  })
  .transform((found) => ({
    id: String(found.id),
    username: found.username,
    /** Text of a PasswordHash. */
    password: found.password,
    role: found.role,
    enabled: found.enabled === 1,
    passwordChangeRequired: found.password_change_required === 1,
  }));

export type StoredAccount = z.output<typeof row>;

/**
 * Accounts that were made over Redfish. Whoever answers a client commits first. Names are the caller's to check; a row
 * that could not be read gives its name to the next account that has it.
 */
export class AccountsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The oldest first. A row that cannot be read is nobody's login. */
  loadAll(): StoredAccount[] {
    return this.#database.query("SELECT * FROM accounts ORDER BY id").flatMap((found) => {
      const parsed = row.safeParse(found);
      return parsed.success ? [parsed.data] : [];
    });
  }

  /**
   * @param at wall clock, milliseconds
   * @returns the new account's id, which no other account ever had or will have
   */
  insert(account: Omit<StoredAccount, "id">, at: number): string {
    const now = Math.round(at);
    this.#database.run(
      `INSERT OR REPLACE INTO accounts
         (username, password, role, enabled, password_change_required, created_at, changed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [...columns(account), now, now],
    );
    const [inserted] = this.#database.query("SELECT last_insert_rowid() AS id");
    return String(inserted?.id);
  }

  /** @param at wall clock, milliseconds */
  update(account: StoredAccount, at: number): void {
    this.#database.run(
      `UPDATE OR REPLACE accounts
       SET username = ?, password = ?, role = ?, enabled = ?, password_change_required = ?, changed_at = ?
       WHERE id = ?`,
      [...columns(account), Math.round(at), Number(account.id)],
    );
  }

  remove(id: string): void {
    this.#database.run("DELETE FROM accounts WHERE id = ?", [Number(id)]);
  }
}

function columns(account: Omit<StoredAccount, "id">): (string | number)[] {
  const { username, password, role, enabled, passwordChangeRequired } = account;
  return [username, password, role, Number(enabled), Number(passwordChangeRequired)];
}
