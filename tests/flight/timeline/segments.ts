import type { FlightRecord } from "../record/flight-record.ts";

/** A stretch of time in which one thing was in one state. Times in milliseconds since 1970. */
export interface Segment {
  readonly lane: string;
  readonly state: string;
  readonly from: number;
  readonly to: number;
  /** What was told in this time, such as an error; empty when nothing was. */
  readonly detail: string;
}

/** What a record says of a lane; undefined when it says nothing of that kind. State "" ends the lane's last segment. */
export type Track = (
  record: FlightRecord,
) => { readonly lane: string; readonly state: string; readonly detail?: string } | undefined;

/** The ways to look at a record of a flight. */
export const tracks = {
  /** BareMetalHosts by provisioning state, with their errors. */
  hosts: (record) =>
    record.kind === "host"
      ? { lane: record.name, state: record.state === "gone" ? "" : record.state, detail: record.error }
      : undefined,
  /** Hosts by whether their device has power. */
  power: (record) =>
    record.kind === "power" ? { lane: record.host, state: record.on ? "on" : "off" } : undefined,
  /** Machines by phase. */
  machines: (record) =>
    record.kind === "machine"
      ? {
          lane: record.name,
          state: record.phase === "gone" ? "" : record.phase,
          detail: [record.version, record.node ?? ""].filter((part) => part !== "").join(" "),
        }
      : undefined,
  /** Workload clusters by whether their API answers. */
  api: (record) =>
    record.kind === "api"
      ? {
          lane: record.cluster,
          state: record.answers === "not asked" ? "" : record.answers,
          detail: record.detail,
        }
      : undefined,
} as const satisfies Readonly<Record<string, Track>>;

/**
 * The stretches of each lane, by the time at which they began. Pure.
 *
 * @param records by time. What they say of the time before `from` counts as the state at `from`.
 * @param from where the picture begins; earlier stretches are cut there or left out.
 * @param until where it ends: what lasts on is cut there.
 */
export function segments(
  records: readonly FlightRecord[],
  track: Track,
  from: number,
  until: number,
): Segment[] {
  const open = new Map<string, Segment>();
  const done: Segment[] = [];
  const close = (segment: Segment, at: number): void => {
    const cut = { ...segment, from: Math.max(segment.from, from), to: Math.min(at, until) };
    if (cut.to > cut.from) done.push(cut);
  };
  for (const record of records) {
    if (record.at > until) break;
    const said = track(record);
    if (said === undefined) continue;
    const { lane, state, detail = "" } = said;
    const before = open.get(lane);
    if (before?.state === state) {
      if (detail !== "") open.set(lane, { ...before, detail });
      continue;
    }
    if (before) close(before, record.at);
    if (state === "") open.delete(lane);
    else open.set(lane, { lane, state, from: record.at, to: until, detail });
  }
  for (const segment of open.values()) close(segment, until);
  return done.toSorted((one, other) => one.from - other.from || (one.lane < other.lane ? -1 : 1));
}
