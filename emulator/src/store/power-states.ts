import { z } from "zod";
import type { PowerReading } from "../drivers/driver.ts";
import type { Database } from "./database.ts";

const row = z.object({
  power: z.enum(["On", "Off", "Paused"]),
  actions: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.enum(["on", "off", "cycle", "reset", "gracefulOff", "gracefulReset", "nmi"])))
    .nullable(),
  read_at: z.number(),
  assumed: z.enum(["On", "Off", "Paused", "PoweringOn", "PoweringOff"]).nullable(),
});

export type AssumedPower = NonNullable<z.output<typeof row>["assumed"]>;

export interface StoredPower extends PowerReading {
  /** Wall clock of the device read. */
  readonly at: number;
  /** What an action led to after that read. */
  readonly assumed?: AssumedPower;
}

/** The last power state read from each device. Written lazily: at worst a second of it is lost. */
export class PowerStates {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  load(machine: string): StoredPower | undefined {
    const [found] = this.#database.query("SELECT * FROM power_states WHERE machine = ?", [machine]);
    const parsed = row.safeParse(found);
    if (!parsed.success) return undefined;
    const { power, actions, read_at: at, assumed } = parsed.data;
    return { power, at, ...(actions && { actions }), ...(assumed && { assumed }) };
  }

  save(machine: string, reading: PowerReading & { readonly at: number }): void {
    this.#database.run(
      `INSERT INTO power_states (machine, power, actions, read_at, assumed) VALUES (?, ?, ?, ?, NULL)
       ON CONFLICT (machine) DO UPDATE SET
         power = excluded.power, actions = excluded.actions, read_at = excluded.read_at, assumed = NULL`,
      [
        machine,
        reading.power,
        reading.actions ? JSON.stringify(reading.actions) : null,
        Math.round(reading.at),
      ],
    );
  }

  forget(machine: string): void {
    this.#database.run("DELETE FROM power_states WHERE machine = ?", [machine]);
  }

  /** Notes that an action made the last reading worthless. */
  assume(machine: string, assumed: AssumedPower): void {
    this.#database.run("UPDATE power_states SET assumed = ? WHERE machine = ?", [assumed, machine]);
  }
}
