import type { FlightRecord } from "../../tests/flight/record/flight-record.ts";
import { type Segment, segments, tracks } from "../../tests/flight/timeline/segments.ts";

/**
 * What a host's time goes into until it is provisioned, in the order in which it comes to them. The first four are states of the
 * BareMetalHost; the others are what its machine does while that state is "provisioning".
 */
export const phaseNames = [
  "registering",
  "inspecting",
  "preparing",
  "available, until it is taken",
  "until the first power change",
  "off, until it is switched on",
  "firmware and agent start",
  "agent waits for Ironic",
  "cleaning",
  "image is written",
  "until Ironic sees that the agent switched it off",
  "installed system, until Metal3 says provisioned",
] as const;

export type PhaseName = (typeof phaseNames)[number];

/** A stretch of a host's time. Times in milliseconds since 1970. */
export interface HostPhase {
  readonly host: string;
  readonly phase: PhaseName;
  readonly from: number;
  readonly to: number;
}

const states: Readonly<Record<string, PhaseName>> = {
  unregistered: "registering",
  registering: "registering",
  inspecting: "inspecting",
  preparing: "preparing",
  available: "available, until it is taken",
};

/**
 * The phases of all hosts from their declaration to their first "provisioned", without gaps. A host that never came there is left
 * out. Pure.
 *
 * @param records by time.
 */
export function hostPhases(records: readonly FlightRecord[], from: number, until: number): HostPhase[] {
  const byHost = Map.groupBy(segments(records, tracks.hosts, from, until), ({ lane }) => lane);
  return [...byHost].flatMap(([host, all]) => {
    const end = all.findIndex(({ state }) => state === "provisioned");
    if (end < 0) return [];
    return all.slice(0, end).flatMap((segment): HostPhase[] => {
      const phase = states[segment.state];
      if (phase !== undefined) return [{ host, phase, from: segment.from, to: segment.to }];
      return segment.state === "provisioning" ? provisioning(records, segment) : [];
    });
  });
}

/** A stretch of provisioning, cut by what its machine told. */
function provisioning(records: readonly FlightRecord[], { lane: host, from, to }: Segment): HostPhase[] {
  const phases: HostPhase[] = [];
  let phase: PhaseName = "until the first power change";
  let began = from;
  for (const record of records) {
    if (record.kind !== "event" || record.host !== host || record.at < from || record.at >= to) continue;
    const next = phaseAfter(record.what, phase);
    if (next === phase) continue;
    if (record.at > began) phases.push({ host, phase, from: began, to: record.at });
    phase = next;
    began = record.at;
  }
  return [...phases, { host, phase, from: began, to }];
}

/** By the events of sim/machine: simulated-machine.ts and agent/. */
function phaseAfter(what: string, now: PhaseName): PhaseName {
  switch (what) {
    case "off":
      // Nobody has noticed yet that the agent had switched the machine off: a plug goes on saying "on".
      return now === "until Ironic sees that the agent switched it off"
        ? now
        : "off, until it is switched on";
    case "poweroff":
      return "until Ironic sees that the agent switched it off";
    case "firmware":
      return "firmware and agent start";
    case "looked up":
    case "image written":
    case "disk wiped":
      return "agent waits for Ironic";
    case "clean step":
      return "cleaning";
    case "deploy step":
      return "image is written";
    case "installed system":
      return "installed system, until Metal3 says provisioned";
    default:
      return now;
  }
}
