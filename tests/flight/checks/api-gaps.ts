import type { FlightRecord } from "../record/flight-record.ts";
import { type Segment, segments, tracks } from "../timeline/segments.ts";

/** A stretch in which a workload cluster's API did not answer at its endpoint. */
export interface ApiGap {
  readonly cluster: string;
  readonly from: number;
  readonly seconds: number;
  /** What the last unanswered question got. */
  readonly detail: string;
  /** Hosts and Machines that were on their way out or in then: the gap's explanation, if there is one. */
  readonly during: readonly string[];
}

/**
 * The gaps of a cluster's API from a time on. Pure.
 *
 * A Machine explains a gap as its host does: the kubeadm control plane takes a member out of etcd while its host is still
 * provisioned, and the API server beside it is not ready from then on.
 *
 * @param hostSegments of the same time.
 * @param machineSegments of the same time.
 */
export function apiGaps(
  records: readonly FlightRecord[],
  cluster: string,
  from: number,
  until: number,
  hostSegments: readonly Segment[],
  machineSegments: readonly Segment[],
): ApiGap[] {
  const underWay = [
    ...hostSegments.filter(({ state }) => state !== "provisioned"),
    ...machineSegments.filter(({ state }) => state !== "Running"),
  ];
  return segments(records, tracks.api, from, until)
    .filter(({ lane, state }) => lane === cluster && state === "no")
    .map((gap) => ({
      cluster,
      from: gap.from,
      seconds: (gap.to - gap.from) / 1000,
      detail: gap.detail,
      during: underWay
        .filter(({ from: began, to }) => began < gap.to && to > gap.from)
        .map(({ lane, state }) => `${lane} ${state}`),
    }));
}
