import { z } from "zod";
import type { DeviceIdentity } from "../drivers/driver.ts";
import type { Database } from "./database.ts";

const row = z.object({
  machine: z.string(),
  device: z.string(),
  identity: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(
      z.object({
        uuid: z.string().optional(),
        hostName: z.string().optional(),
        model: z.string().optional(),
        serialNumber: z.string().optional(),
        biosVersion: z.string().optional(),
        firmwareVersion: z.string().optional(),
        processor: z.object({ model: z.string().optional(), count: z.number().optional() }).optional(),
        memoryGiB: z.number().optional(),
        macs: z.array(z.string()).optional(),
        measuresEnergy: z.boolean().optional(),
      }),
    ),
  firmware: z.string().nullable(),
  read_at: z.number(),
});

/** What a device told about its machine. */
export interface StoredIdentity {
  /** Which device told it: driver and address. */
  readonly device: string;
  readonly identity: DeviceIdentity;
  /** The device's firmware at that time, as power readings tell it in passing. */
  readonly firmware: string | undefined;
  /** Wall clock of the read, milliseconds. */
  readonly at: number;
}

/** What devices told about their machines, so that a restart of the emulator asks none of them again. */
export class MachineFactsTable {
  readonly #database: Database;
  /** What the table holds, read once: see PowerStates. */
  readonly #known: Map<string, StoredIdentity>;

  constructor(database: Database) {
    this.#database = database;
    this.#known = new Map(database.query("SELECT * FROM machine_facts").flatMap(entry));
  }

  /** What that device told; undefined also when it was another one that told the last. */
  load(machine: string, device: string): StoredIdentity | undefined {
    const found = this.#known.get(machine);
    return found?.device === device ? found : undefined;
  }

  /** Written lazily: at worst it is asked again. */
  save(machine: string, told: StoredIdentity): void {
    this.#known.set(machine, told);
    this.#database.run(
      "INSERT OR REPLACE INTO machine_facts (machine, device, identity, firmware, read_at) VALUES (?, ?, ?, ?, ?)",
      [machine, told.device, JSON.stringify(told.identity), told.firmware ?? null, Math.round(told.at)],
    );
  }
}

/** A row that does not read as one is left out: its device is asked. */
function entry(found: unknown): [machine: string, told: StoredIdentity][] {
  const parsed = row.safeParse(found);
  if (!parsed.success) return [];
  const { machine, device, identity, firmware, read_at: at } = parsed.data;
  return [[machine, { device, identity, firmware: firmware ?? undefined, at }]];
}
