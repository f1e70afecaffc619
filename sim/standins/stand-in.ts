import type { ResourceKind } from "../kubernetes/resource-kind.ts";

/** Plays the part of something that cannot be had where the sim runs. */
export interface StandIn {
  readonly name: string;
  /** A change of any object of these kinds leads to a reconciliation. */
  readonly kinds: readonly ResourceKind[];
  /** Milliseconds after which it looks though nothing changed; 10000 if left out. A process that crashed sends no event. */
  readonly resyncMs?: number;
  /**
   * Looks at the whole state and does what is missing; throws to be called again soon.
   * @param changed false when only time has passed since the last look.
   */
  reconcile(changed: boolean): Promise<void>;
  /** Ends what would end with the process anyway, such as connections. */
  close?(): void;
}
