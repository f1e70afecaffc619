/** What the console's API says; the page in page/ reads the same types. Times are wall clocks in milliseconds since 1970. */

export type PowerWord = "On" | "Off" | "Paused" | "PoweringOn" | "PoweringOff" | "Unknown";
export type Health = "OK" | "Warning" | "Critical";

/** Which machines a list shows. */
export const SHOWN = ["all", "on", "off", "attention"] as const;
export type Shown = (typeof SHOWN)[number];

/** What can be asked for with a machine. */
export const ACTIONS = ["on", "shutdown", "off", "restart", "pxe", "clearBoot", "read"] as const;
export type Action = (typeof ACTIONS)[number];

/** Who is logged in. */
export interface SessionInfo {
  readonly username: string;
  readonly role: string;
  /** Whether the role may do more than look. */
  readonly mayAct: boolean;
}

export interface LastAction {
  readonly at: number;
  readonly outcome: "done" | "refused" | "failed";
  readonly text: string;
}

/** What Kubernetes tells of a machine: its BareMetalHost, and the Machine that has it. */
export interface KubernetesRow {
  /** Of the BareMetalHost: registering, inspecting, available, provisioned … */
  readonly state: string;
  readonly error?: { readonly type: string; readonly text: string; readonly count: number };
  /** Nobody works on it meanwhile. */
  readonly held?: "paused" | "detached";
  readonly machine?: {
    readonly name: string;
    readonly cluster: string;
    readonly phase: string;
    readonly version?: string;
    readonly node?: string;
    /** Why it is not ready. */
    readonly problem?: string;
  };
}

/** What a controller says of a cluster. */
export interface ClusterCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly text: string;
}

export interface ClusterRow {
  readonly name: string;
  readonly phase: string;
  readonly version?: string;
  readonly conditions: readonly ClusterCondition[];
}

/** Clusters as Kubernetes tells them, and whether it tells at all. */
export interface LabNews {
  readonly clusters: readonly ClusterRow[];
  /** Why it does not, and since when: what is shown may be as old. */
  readonly problem?: { readonly text: string; readonly since: number };
}

/** A machine in the list. */
export interface MachineRow {
  readonly name: string;
  readonly driver: string;
  readonly address: string;
  /** "Unknown": its device never told. */
  readonly power: PowerWord;
  /** When the device told it; absent when it never did. */
  readonly readAt?: number;
  /** As Redfish's Status of the system. */
  readonly health: Health;
  /** Why the health is not OK. */
  readonly problem?: string;
  readonly boot: { readonly target: string; readonly enabled: string; readonly mode: string };
  /** The device cannot choose a boot device: the firmware's order decides. */
  readonly bootIsAdvisory: boolean;
  readonly last?: LastAction;
  readonly breaker: "closed" | "open" | "half-open";
  readonly login: "accepted" | "refused" | "untried";
  readonly watts?: number;
  /** Milliseconds that the device's last calls took, the oldest first; -1 for one that failed. */
  readonly latency: readonly number[];
  readonly actions: readonly Action[];
  /** Absent where Kubernetes has no such host, or is not asked. */
  readonly kubernetes?: KubernetesRow;
}

/** A page of the list, and how many there are of each kind among those that the search found. */
export interface MachineList {
  readonly rows: readonly MachineRow[];
  readonly page: number;
  readonly pages: number;
  /** Of all pages. */
  readonly found: number;
  readonly counts: Readonly<Record<Shown, number>>;
  /** All clusters; absent outside a lab. */
  readonly lab?: LabNews;
}

export interface TimelineEvent {
  readonly id: number;
  readonly at: number;
  readonly kind: string;
  readonly machine?: string;
  readonly outcome?: string;
  readonly warning: boolean;
  readonly text: string;
  /** For those who may read the audit log. */
  readonly username?: string;
  readonly origin?: string;
}

/** All about one machine. */
export interface MachineDetail extends MachineRow {
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** When what is wrong began. */
  readonly problemSince?: number;
  readonly failures?: number;
  readonly energy?: {
    readonly watts: number;
    readonly at: number;
    readonly kWh?: number;
    readonly since?: number;
  };
  readonly calls: readonly { readonly at: number; readonly milliseconds: number; readonly failed: boolean }[];
  /** With the cluster that has the machine, if one has; absent outside a lab. */
  readonly lab?: LabNews;
  /** The newest first. */
  readonly events: readonly TimelineEvent[];
}

/** In front of every answer and every live frame, so that ages do not depend on the browser's clock. */
export interface Stamped {
  readonly now: number;
}
