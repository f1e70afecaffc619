import type { Condition } from "../../../components/kubernetes/conditions.ts";
import type { ControllerState } from "../controllers.ts";
import type { SystemReport } from "../emulator-client.ts";
import type { Cluster, Conditioned, Host, Machine, Metal3Machine } from "./objects.ts";

/** A node as Ironic's API tells of it. */
export interface IronicNode {
  /** As in "wait call-back", "clean failed", "active" (Ironic's provision states). */
  readonly provisionState: string;
  /** Milliseconds since the epoch of the last change of provisionState; undefined when Ironic does not say. */
  readonly changedAt: number | undefined;
  /** Empty when there is none. */
  readonly lastError: string;
  readonly maintenance: boolean;
  readonly maintenanceReason: string;
  /** Milliseconds since the epoch of the deploy agent's last call; undefined when none has called since the machine was last off. */
  readonly agentCalledAt: number | undefined;
}

/** Whether a service answered: refused, when it did and will not work with the lab's login or certificate. */
export type Reach =
  | { readonly state: "ok" }
  | { readonly state: "refused"; readonly problem: string; readonly fix: string }
  | { readonly state: "unreachable"; readonly problem: string };

/** A lab at one moment, as far as it could be seen: all that a cause may look at. */
export interface LabSnapshot {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds that a step may take before it counts as stuck. */
  readonly patience: number;
  /** Names in the stack file. */
  readonly declared: { readonly hosts: readonly string[]; readonly clusters: readonly string[] };
  readonly controllers: readonly ControllerState[];
  /** Namespaces in which the lab deploys something. */
  readonly controllerNamespaces: readonly string[];
  /** The Ironic resource's condition Ready; null when there is no such resource. */
  readonly ironicReady: Pick<Condition, "status" | "reason" | "message"> | null;
  readonly ironic: Reach;
  readonly ironicNodes: ReadonlyMap<string, IronicNode>;
  readonly emulator: Reach;
  /** By host, of those that were asked for; null for one that the emulator does not know. */
  readonly systems: ReadonlyMap<string, SystemReport | null>;
  readonly clusters: readonly Cluster[];
  readonly machines: readonly Machine[];
  readonly metal3Machines: readonly Metal3Machine[];
  readonly hosts: readonly Host[];
  readonly healthChecks: readonly Conditioned[];
}
