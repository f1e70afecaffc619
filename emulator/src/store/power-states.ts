import { z } from "zod";
import type { PowerReading } from "../drivers/driver.ts";
import type { Database } from "./database.ts";

const row = z.object({
  machine: z.string(),
  power: z.enum(["On", "Off", "Paused"]),
  actions: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.issues.push({ code: "custom", message: "is no JSON", input: text });
        return z.NEVER;
      }
    })
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
  /** What the table holds, read once: a query for each of a thousand machines would be a quarter of the start. */
  readonly #states: Map<string, StoredPower>;

  constructor(database: Database) {
    this.#database = database;
    this.#states = new Map(database.query("SELECT * FROM power_states").flatMap(entry));
  }

  load(machine: string): StoredPower | undefined {
    return this.#states.get(machine);
  }

  save(machine: string, reading: PowerReading & { readonly at: number }): void {
    const { power, actions, at } = reading;
    this.#states.set(machine, { power, at, ...(actions && { actions }) });
    this.#database.run(
      `INSERT INTO power_states (machine, power, actions, read_at, assumed) VALUES (?, ?, ?, ?, NULL)
       ON CONFLICT (machine) DO UPDATE SET
         power = excluded.power, actions = excluded.actions, read_at = excluded.read_at, assumed = NULL`,
      [machine, power, actions ? JSON.stringify(actions) : null, Math.round(at)],
    );
  }

  forget(machine: string): void {
    this.#states.delete(machine);
    this.#database.run("DELETE FROM power_states WHERE machine = ?", [machine]);
  }

  /** Notes that an action made the last reading worthless. */
  assume(machine: string, assumed: AssumedPower): void {
    const state = this.#states.get(machine);
    if (state) this.#states.set(machine, { ...state, assumed });
    this.#database.run("UPDATE power_states SET assumed = ? WHERE machine = ?", [assumed, machine]);
  }
}

/** A row that does not read as one is left out: its machine is asked. */
function entry(found: unknown): [machine: string, state: StoredPower][] {
  const parsed = row.safeParse(found);
  if (!parsed.success) return [];
  const { machine, power, actions, read_at: at, assumed } = parsed.data;
  return [[machine, { power, at, ...(actions && { actions }), ...(assumed && { assumed }) }]];
}
