import type { FlightLab } from "../../tests/flight/lab/flight-lab.ts";
import type { FlightRecorder } from "../../tests/flight/record/flight-recorder.ts";
import type { BenchLab } from "./bench-lab.ts";
import type { Found } from "./bench-result.ts";

/** What a case works with while it is measured. */
export interface BenchRun {
  readonly lab: FlightLab;
  readonly recorder: FlightRecorder;
  /** When the case began, in milliseconds since 1970: there was no lab then. */
  readonly from: number;
  /** Aborted when the case has taken too long, or by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly step: (text: string) => void;
}

/** One thing that is measured, by itself, in a lab of its own. */
export interface BenchCase {
  /** By which it is asked for; also of the file of its result. */
  readonly id: string;
  readonly title: string;
  readonly lab: BenchLab;
  /** Minutes after which it is given up and its lab is taken down. */
  readonly limitMinutes: number;
  /** @throws Error when the lab does not come to what is measured. */
  readonly measure: (run: BenchRun) => Promise<Found>;
}
