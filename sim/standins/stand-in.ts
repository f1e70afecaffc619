import type { ResourceKind } from "../kubernetes/resource-kind.ts";

/** Plays the part of something that cannot be had where the sim runs. */
export interface StandIn {
  readonly name: string;
  /** A change of any object of these kinds leads to a reconciliation. */
  readonly kinds: readonly ResourceKind[];
  /** Looks at the whole state and does what is missing; throws to be called again soon. */
  reconcile(): Promise<void>;
}
