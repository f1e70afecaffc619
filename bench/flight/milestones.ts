import type { FlightRecord } from "../../tests/flight/record/flight-record.ts";

/** Something that was reached, once. */
export interface Milestone {
  readonly what: string;
  /** After the beginning. */
  readonly seconds: number;
}

/** States behind which a host is once it has been in one of them. */
const AVAILABLE = ["available", "provisioning", "provisioned"];

/**
 * What a lab reached, by time; what it did not reach is left out. Pure.
 *
 * @param records by time.
 * @param hosts how many are declared: "all" means so many.
 */
export function milestones(records: readonly FlightRecord[], from: number, hosts: number): Milestone[] {
  const later = records.filter(({ at }) => at >= from);
  const host = (states: readonly string[], which: "first" | "all") => reached(later, states, which, hosts);
  const condition = (type: string) =>
    later.find((record) => record.kind === "cluster" && record.conditions[type] === "True")?.at;
  const found: readonly (readonly [string, number | undefined])[] = [
    ["first host declared", later.find((record) => record.kind === "host")?.at],
    ["first host available", host(AVAILABLE, "first")],
    ["all hosts available", host(AVAILABLE, "all")],
    ["first host provisioned", host(["provisioned"], "first")],
    ["control plane initialized", condition("ControlPlaneInitialized")],
    ["all hosts provisioned", host(["provisioned"], "all")],
    ["cluster Available for the first time", condition("Available")],
  ];
  return found
    .flatMap(([what, at]) => (at === undefined ? [] : [{ what, seconds: (at - from) / 1000 }]))
    .toSorted((one, other) => one.seconds - other.seconds);
}

function reached(
  records: readonly FlightRecord[],
  states: readonly string[],
  which: "first" | "all",
  hosts: number,
): number | undefined {
  const there = new Map<string, number>();
  for (const record of records) {
    if (record.kind !== "host" || there.has(record.name) || !states.includes(record.state)) continue;
    there.set(record.name, record.at);
  }
  const times = [...there.values()];
  return which === "first" ? times[0] : times[hosts - 1];
}
