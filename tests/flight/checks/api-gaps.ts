import type { FlightRecord } from "../record/flight-record.ts";
import { type Segment, segments, tracks } from "../timeline/segments.ts";

/** A stretch in which a workload cluster's API did not answer at its endpoint. */
export interface ApiGap {
  readonly cluster: string;
  readonly from: number;
  readonly seconds: number;
  /** What the last unanswered question got. */
  readonly detail: string;
  /** Hosts that were being taken out of service or rebuilt then: the gap's explanation, if there is one. */
  readonly during: readonly string[];
}

/**
 * The gaps of a cluster's API from a time on. Pure.
 *
 * @param hostSegments of the same time.
 */
export function apiGaps(
  records: readonly FlightRecord[],
  cluster: string,
  from: number,
  until: number,
  hostSegments: readonly Segment[],
): ApiGap[] {
  return segments(records, tracks.api, from, until)
    .filter(({ lane, state }) => lane === cluster && state === "no")
    .map((gap) => ({
      cluster,
      from: gap.from,
      seconds: (gap.to - gap.from) / 1000,
      detail: gap.detail,
      during: hostSegments
        .filter(({ state, from: began, to }) => state !== "provisioned" && began < gap.to && to > gap.from)
        .map(({ lane, state }) => `${lane} ${state}`),
    }));
}
