import { z } from "zod";
import type { Database } from "./database.ts";

const words = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.array(z.string()));
const row = z
  .object({
    id: z.number(),
    username: z.string(),
    destination: z.string(),
    context: z.string().nullable(),
    verify_certificate: z.number(),
    registry_prefixes: words,
    message_ids: words,
  })
  .transform((found) => ({
    id: String(found.id),
    /** Whose it is. */
    username: found.username,
    /** Begins with https: and may hold a token in its path or query: not for the log. */
    destination: found.destination,
    context: found.context ?? undefined,
    verifyCertificate: found.verify_certificate === 1,
    /** Empty: all. */
    registryPrefixes: found.registry_prefixes,
    messageIds: found.message_ids,
  }));

export type StoredSubscription = z.output<typeof row>;

/** Destinations that events are pushed to. */
export class SubscriptionsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  loadAll(): StoredSubscription[] {
    return this.#database.query("SELECT * FROM subscriptions ORDER BY id").flatMap((found) => {
      const parsed = row.safeParse(found);
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** @returns its id, which no other subscription ever had or will have */
  insert(subscription: Omit<StoredSubscription, "id">): string {
    const { username, destination, context, verifyCertificate, registryPrefixes, messageIds } = subscription;
    this.#database.run(
      `INSERT INTO subscriptions (username, destination, context, verify_certificate, registry_prefixes, message_ids)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [
        username,
        destination,
        context ?? null,
        Number(verifyCertificate),
        JSON.stringify(registryPrefixes),
        JSON.stringify(messageIds),
      ],
    );
    const [inserted] = this.#database.query("SELECT last_insert_rowid() AS id");
    return String(inserted?.id);
  }

  update({ id, username, context, verifyCertificate }: StoredSubscription): void {
    this.#database.run(
      "UPDATE subscriptions SET username = ?, context = ?, verify_certificate = ? WHERE id = ?",
      [username, context ?? null, Number(verifyCertificate), Number(id)],
    );
  }

  remove(id: string): void {
    this.#database.run("DELETE FROM subscriptions WHERE id = ?", [Number(id)]);
  }
}
