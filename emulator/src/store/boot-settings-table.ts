import { z } from "zod";
import type { BootSettings } from "../power/boot-settings.ts";
import type { Database } from "./database.ts";

const row = z.object({
  machine: z.string(),
  target: z.enum(["None", "Pxe", "Hdd", "Cd", "BiosSetup"]),
  enabled: z.enum(["Disabled", "Once", "Continuous"]),
  mode: z.enum(["UEFI", "Legacy"]),
});

/** Boot overrides by machine. Whoever answers a client commits first: a lost override boots the wrong disk. */
export class BootSettingsTable {
  readonly #database: Database;
  /** What the table holds, read once: see PowerStates. */
  readonly #settings = new Map<string, BootSettings>();

  constructor(database: Database) {
    this.#database = database;
    for (const found of database.query("SELECT * FROM boot_settings")) {
      const parsed = row.safeParse(found);
      if (!parsed.success) continue;
      const { machine, ...settings } = parsed.data;
      this.#settings.set(machine, settings);
    }
  }

  load(machine: string): BootSettings | undefined {
    return this.#settings.get(machine);
  }

  save(machine: string, settings: BootSettings): void {
    const { target, enabled, mode } = settings;
    this.#settings.set(machine, { target, enabled, mode });
    this.#database.run(
      "INSERT OR REPLACE INTO boot_settings (machine, target, enabled, mode) VALUES (?, ?, ?, ?)",
      [machine, target, enabled, mode],
    );
  }
}
