import { z } from "zod";
import type { BootSettings } from "../power/boot-settings.ts";
import type { Database } from "./database.ts";

const row = z.object({
  target: z.enum(["None", "Pxe", "Hdd", "Cd", "BiosSetup"]),
  enabled: z.enum(["Disabled", "Once", "Continuous"]),
  mode: z.enum(["UEFI", "Legacy"]),
});

/** Boot overrides by machine. Whoever answers a client commits first: a lost override boots the wrong disk. */
export class BootSettingsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  load(machine: string): BootSettings | undefined {
    const [found] = this.#database.query("SELECT * FROM boot_settings WHERE machine = ?", [machine]);
    const parsed = row.safeParse(found);
    return parsed.success ? parsed.data : undefined;
  }

  save(machine: string, { target, enabled, mode }: BootSettings): void {
    this.#database.run(
      "INSERT OR REPLACE INTO boot_settings (machine, target, enabled, mode) VALUES (?, ?, ?, ?)",
      [machine, target, enabled, mode],
    );
  }
}
