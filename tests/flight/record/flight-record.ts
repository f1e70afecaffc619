interface Timed {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A BareMetalHost as it was from then on; state "gone" when there is none any more. */
export interface HostRecord extends Timed {
  readonly kind: "host";
  readonly name: string;
  readonly state: string;
  /** What Metal3 last saw of its power. */
  readonly on: boolean | null;
  readonly online: boolean;
  /** Type and message; empty when all is well. */
  readonly error: string;
  /** The Metal3Machine that uses it. */
  readonly consumer: string | null;
}

/** A Machine of Cluster API; phase "gone" when there is none any more. */
export interface MachineRecord extends Timed {
  readonly kind: "machine";
  readonly name: string;
  readonly cluster: string;
  readonly phase: string;
  readonly version: string;
  /** Its Metal3Machine. */
  readonly infra: string;
  readonly node: string | null;
}

/** A Cluster's conditions by type; none at all when it is gone. */
export interface ClusterRecord extends Timed {
  readonly kind: "cluster";
  readonly name: string;
  readonly conditions: Readonly<Record<string, string>>;
}

/** What happened to a simulated machine (sim/machine/event-log.ts). */
export interface EventRecord extends Timed {
  readonly kind: "event";
  readonly host: string;
  readonly what: string;
  readonly detail: string;
}

/** The power behind a device changed, or its machine started anew. */
export interface PowerRecord extends Timed {
  readonly kind: "power";
  readonly host: string;
  readonly on: boolean;
  readonly cause: string;
  readonly boot: boolean;
}

/** How often a device was asked so far; begins anew when the devices' process does. */
export interface CallsRecord extends Timed {
  readonly kind: "calls";
  readonly host: string;
  readonly device: "amt" | "tapo";
  readonly total: number;
  readonly powerReads: number;
  readonly actions: number;
}

/** Whether a workload cluster's API answered at its endpoint, from then on. */
export interface ApiRecord extends Timed {
  readonly kind: "api";
  readonly cluster: string;
  readonly answers: "yes" | "no" | "not asked";
  readonly detail: string;
}

/** What the flight itself did. */
export interface MarkRecord extends Timed {
  readonly kind: "mark";
  readonly story: string;
  readonly text: string;
}

/** One line of a flight's record: something is otherwise than before. */
export type FlightRecord =
  | HostRecord
  | MachineRecord
  | ClusterRecord
  | EventRecord
  | PowerRecord
  | CallsRecord
  | ApiRecord
  | MarkRecord;
