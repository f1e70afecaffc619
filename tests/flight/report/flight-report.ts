import type { CallsSum } from "../checks/plug-budget.ts";
import type { Check } from "../runner/checks.ts";
import type { Segment } from "../timeline/segments.ts";

/** What became of a story. Times in milliseconds since 1970. */
export interface StoryReport {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly commands: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly checks: readonly Check[];
  /** The first difference, and where the logs of that moment lie; absent when it passed. */
  readonly failure?: {
    readonly what: string;
    readonly expected: string;
    readonly actual: string;
    readonly logs: string;
  };
}

/** One lab and what happened in it. */
export interface LegReport {
  readonly lab: string;
  readonly from: number;
  readonly to: number;
  readonly stories: readonly StoryReport[];
  /** Hosts by Metal3's state; devices by power; Machines by phase; workload clusters by whether their API answers. */
  readonly hosts: readonly Segment[];
  readonly power: readonly Segment[];
  readonly machines: readonly Segment[];
  readonly api: readonly Segment[];
  readonly calls: readonly CallsSum[];
}

/** A whole flight. */
export interface FlightReport {
  readonly title: string;
  readonly legs: readonly LegReport[];
}
