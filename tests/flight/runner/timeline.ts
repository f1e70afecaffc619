import type { FlightRecord } from "../record/flight-record.ts";

/** Conditions of a Cluster that tell how far it is. */
const CONDITIONS = ["Available", "TopologyReconciled", "RollingOut"];

/** The plain timeline of a flight: a line for each record that tells people something, and none twice. */
export class Timeline {
  readonly #say: (line: string) => void;
  readonly #last = new Map<string, string>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  tell(record: FlightRecord): void {
    const told = words(record);
    if (told === undefined) return;
    const [subject, text] = told;
    if (record.kind !== "mark" && this.#last.get(subject) === text) return;
    this.#last.set(subject, text);
    this.#say(`${new Date(record.at).toISOString().slice(11, 19)}  ${subject.padEnd(25)} ${text}`);
  }
}

function words(record: FlightRecord): [subject: string, text: string] | undefined {
  switch (record.kind) {
    case "host": {
      const power = record.on === null ? "" : record.on ? ", on" : ", off";
      const trouble = record.error === "" ? "" : `  ! ${record.error.replaceAll(/\s+/g, " ")}`;
      return [`host ${record.name}`, `${record.state}${power}${trouble}`];
    }
    case "machine":
      return [`machine ${record.name}`, [record.phase, record.version, record.node ?? ""].join(" ").trim()];
    case "cluster": {
      const known = CONDITIONS.flatMap((type) =>
        record.conditions[type] === undefined ? [] : [`${type} ${record.conditions[type]}`],
      );
      return [`cluster ${record.name}`, known.join(", ") || "nothing known"];
    }
    case "api":
      return [`API of ${record.cluster}`, answer[record.answers]];
    case "mark":
      return [`story ${record.story}`, record.text];
    default:
      return undefined;
  }
}

const answer = { yes: "answers", no: "does not answer", "not asked": "is asked no more" } as const;
