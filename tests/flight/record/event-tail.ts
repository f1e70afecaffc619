import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import type { MachineEvent } from "../../../sim/machine/event-log.ts";
import type { EventRecord } from "./flight-record.ts";

/** Read at once from a file at most, in bytes: the rest is read the next time. */
const MOST_BYTES = 1024 * 1024;

/** Follows the events.jsonl of all machines of a sim; lines of their systems' own logs are left out. */
export class EventTail {
  readonly #folder: string;
  /** Bytes that were read, by file. */
  readonly #read = new Map<string, number>();

  /** @param folder of the machines: one folder in it for each. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was written since the last look. */
  next(): EventRecord[] {
    if (!existsSync(this.#folder)) {
      this.#read.clear();
      return [];
    }
    return readdirSync(this.#folder).flatMap((name) => this.#lines(join(this.#folder, name, "events.jsonl")));
  }

  #lines(file: string): EventRecord[] {
    if (!existsSync(file)) return [];
    const descriptor = openSync(file, "r");
    try {
      const { size } = fstatSync(descriptor);
      const before = this.#read.get(file) ?? 0;
      // A shorter file is another one: its lab was begun anew.
      const from = size < before ? 0 : before;
      const buffer = Buffer.alloc(Math.min(size - from, MOST_BYTES));
      const read = readSync(descriptor, buffer, 0, buffer.length, from);
      const whole = buffer.subarray(0, buffer.subarray(0, read).lastIndexOf("\n") + 1);
      this.#read.set(file, from + whole.length);
      return whole.toString("utf8").trim().split("\n").flatMap(record);
    } finally {
      closeSync(descriptor);
    }
  }
}

function record(line: string): EventRecord[] {
  if (line === "") return [];
  const { at, machine, what, detail = "" } = JSON.parse(line) as MachineEvent;
  return what === "log" ? [] : [{ kind: "event", at: Date.parse(at), host: machine, what, detail }];
}
