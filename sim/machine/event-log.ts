import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Something that happened to a machine, for people and for the picture of a flight. */
export interface MachineEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly machine: string;
  /** One word or two: off, firmware, network boot, agent, writing image, installed system ... */
  readonly what: string;
  readonly detail?: string;
}

/** The events of one machine, a line of JSON each in `<folder>/events.jsonl`; the last one is its present phase. */
export class EventLog {
  readonly #machine: string;
  readonly #file: string;
  #last: MachineEvent | undefined;

  constructor(folder: string, machine: string) {
    mkdirSync(folder, { recursive: true });
    this.#machine = machine;
    this.#file = join(folder, "events.jsonl");
  }

  get last(): MachineEvent | undefined {
    return this.#last;
  }

  record(what: string, detail?: string): void {
    const event: MachineEvent = {
      at: new Date().toISOString(),
      machine: this.#machine,
      what,
      ...(detail === undefined ? {} : { detail }),
    };
    this.#last = event;
    appendFileSync(this.#file, `${JSON.stringify(event)}\n`);
    process.stderr.write(
      `${event.at} ${this.#machine}: ${what}${detail === undefined ? "" : ` (${detail})`}\n`,
    );
  }
}
