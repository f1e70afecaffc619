import type { WhyLab } from "./why-lab.ts";

/** Takes a fault away again. */
export type Lift = () => Promise<unknown>;

/** Something that goes wrong in a lab, done on purpose. */
export interface PlantedFault {
  readonly title: string;
  /** The id of the cause that `lab why` has to name first. */
  readonly cause: string;
  /** The host or cluster that somebody would ask about; the whole lab if left out. */
  readonly subject?: (lab: WhyLab) => string;
  /** Does it. What it did in part before it failed is told to `undo` as well. */
  readonly plant: (lab: WhyLab, undo: (lift: Lift) => void) => Promise<unknown>;
}
