import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { FlightRecord } from "./flight-record.ts";

/** A flight's records on disk, a line of JSON each, in the order in which they were noticed. */
export class RecordFile {
  readonly path: string;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
  }

  append(records: readonly FlightRecord[]): void {
    if (records.length === 0) return;
    appendFileSync(this.path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  }

  /** All records by time: what a device or a machine told late is put where it belongs. */
  read(): FlightRecord[] {
    if (!existsSync(this.path)) return [];
    return readFileSync(this.path, "utf8")
      .split("\n")
      .flatMap((line) => {
        // The last line may be half written when a flight was killed.
        if (!line.startsWith("{") || !line.endsWith("}")) return [];
        return [JSON.parse(line) as FlightRecord];
      })
      .toSorted((one, other) => one.at - other.at);
  }
}
