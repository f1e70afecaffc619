import type { FlightLab } from "../lab/flight-lab.ts";
import type { FlightRecorder } from "../record/flight-recorder.ts";
import type { Checks } from "./checks.ts";

/** What a story works with while it runs. */
export interface Flight {
  readonly lab: FlightLab;
  readonly recorder: FlightRecorder;
  readonly checks: Checks;
  /** When the story began, in milliseconds since 1970. */
  readonly began: number;
  /** Says what is done now, in the timeline. */
  readonly step: (text: string) => void;
}

export type LabName = "rack" | "small";

/** One story of a lab's life: what a person does and what has to come of it. */
export interface Story {
  /** The letter by which it is asked for, such as "b"; a variant has a word behind it, such as "f-dead". */
  readonly id: string;
  readonly title: string;
  /** What it proves, in a few sentences. */
  readonly about: string;
  readonly lab: LabName;
  /** What it finds: no lab at all, or one that is up and settled. */
  readonly begins: "nothing" | "running";
  /** What it leaves. */
  readonly ends: "running" | "nothing";
  /** What a person would type, one command a line. */
  readonly commands: readonly string[];
  /** @throws FlightDifference at the first thing that is otherwise than it has to be; any error that a command throws. */
  readonly run: (flight: Flight) => Promise<void>;
}
