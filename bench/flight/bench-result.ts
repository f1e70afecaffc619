import type { CallsRow } from "./calls-rows.ts";
import type { CommandTime } from "./command-time.ts";
import type { Load } from "./load-meter.ts";
import type { Milestone } from "./milestones.ts";
import type { PhaseRow } from "./phase-rows.ts";

/** What a case found; a part that it has nothing to say about is left out. */
export interface Found {
  readonly milestones?: readonly Milestone[];
  readonly phases?: readonly PhaseRow[];
  readonly calls?: readonly CallsRow[];
  readonly commands?: readonly CommandTime[];
}

/** The result of a case, as it is kept in bench/flight/results/ and shown in docs/bench-flight.md. */
export interface BenchResult extends Found {
  readonly id: string;
  readonly title: string;
  readonly hosts: number;
  /** ISO 8601, the day. */
  readonly day: string;
  /** From nothing to the end of what was measured. */
  readonly seconds: number;
  readonly load: Load;
}
