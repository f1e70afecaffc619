import type { ClusterRecord, FlightRecord, HostRecord, MachineRecord } from "./flight-record.ts";

type Named = HostRecord | MachineRecord | ClusterRecord;

/**
 * Lets through what is otherwise than before, so that a record of hours stays small. It remembers the last record of each
 * thing that is there, and no more.
 */
export class ChangeFilter {
  readonly #last = new Map<string, { readonly record: FlightRecord; readonly text: string }>();

  /** The record, if it says something new. */
  single(record: FlightRecord): FlightRecord[] {
    const key = keyOf(record);
    if (key === undefined) return [record];
    const text = withoutTime(record);
    if (this.#last.get(key)?.text === text) return [];
    this.#last.set(key, { record, text });
    return [record];
  }

  /** All things of a kind that are there: what changed among them, and that others are gone. */
  complete(kind: Named["kind"], records: readonly Named[], at: number): FlightRecord[] {
    const present = new Set(records.map(keyOf));
    const gone: FlightRecord[] = [];
    for (const [key, { record }] of this.#last) {
      if (record.kind !== kind || present.has(key)) continue;
      this.#last.delete(key);
      gone.push(goneAt(record as Named, at));
    }
    return [...gone, ...records.flatMap((record) => this.single(record))];
  }
}

/** What a record is about; undefined for what happens once. */
function keyOf(record: FlightRecord): string | undefined {
  if (record.kind === "host" || record.kind === "machine" || record.kind === "cluster") {
    return `${record.kind} ${record.name}`;
  }
  if (record.kind === "calls") return `calls ${record.host}`;
  if (record.kind === "api") return `api ${record.cluster}`;
  return undefined;
}

function goneAt(record: Named, at: number): Named {
  if (record.kind === "cluster") return { ...record, at, conditions: {} };
  if (record.kind === "machine") return { ...record, at, phase: "gone" };
  return { ...record, at, state: "gone", error: "", consumer: null };
}

function withoutTime(record: FlightRecord): string {
  return JSON.stringify({ ...record, at: 0 });
}
