import { z } from "zod";

/** What the console tells of a condition. */
export interface ConditionFact {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly text: string;
}

/** Of a BareMetalHost (metal3.io/v1alpha1). */
export interface HostFact {
  /** As in status.provisioning.state: registering, inspecting, available, provisioned … */
  readonly state: string;
  readonly error?: { readonly type: string; readonly text: string; readonly count: number };
  /** Nobody works on it meanwhile. */
  readonly held?: "paused" | "detached";
  /** The Metal3Machine that has it. */
  readonly consumer?: string;
}

/** Of a Machine (cluster.x-k8s.io/v1beta2). */
export interface MachineFact {
  readonly name: string;
  readonly cluster: string;
  readonly phase: string;
  readonly version?: string;
  readonly node?: string;
  /** Its Metal3Machine. */
  readonly infrastructure: string;
  /** Why it is not ready. */
  readonly problem?: string;
}

/** Of a Cluster (cluster.x-k8s.io/v1beta2). */
export interface ClusterFact {
  readonly name: string;
  readonly phase: string;
  readonly version?: string;
  readonly conditions: readonly ConditionFact[];
}

/** Of a text that controllers wrote. */
const MOST_LETTERS = 400;
const text = z
  .string()
  .transform((long) => {
    // Cluster API writes lists: "* WorkersAvailable: …".
    const points = long.split("\n").map((line) => line.replace(/^[\s*]+/, "").trim());
    const line = points.filter(Boolean).join("; ");
    return line.length > MOST_LETTERS ? `${line.slice(0, MOST_LETTERS)} …` : line;
  })
  .catch("");
const conditions = z
  .array(
    z.object({
      type: z.string(),
      status: z.string(),
      reason: z.string().default(""),
      message: text.default(""),
    }),
  )
  .default([]);
const name = z.string();

const host = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.unknown()).default({}) }),
  spec: z.object({ consumerRef: z.object({ name }).optional() }).prefault({}),
  status: z
    .object({
      provisioning: z.object({ state: z.string().default("") }).prefault({}),
      errorType: z.string().default(""),
      errorMessage: text.default(""),
      errorCount: z.number().default(0),
    })
    .prefault({}),
});
const machine = z.object({
  metadata: z.object({ name }),
  spec: z.object({
    clusterName: name,
    version: z.string().optional(),
    infrastructureRef: z.object({ name }),
  }),
  status: z
    .object({
      phase: z.string().default("Pending"),
      nodeRef: z.object({ name }).optional(),
      conditions,
    })
    .prefault({}),
});
const cluster = z.object({
  metadata: z.object({ name }),
  spec: z.object({ topology: z.object({ version: z.string().optional() }).prefault({}) }).prefault({}),
  status: z.object({ phase: z.string().default("Pending"), conditions }).prefault({}),
});

const PAUSED = "baremetalhost.metal3.io/paused";
const DETACHED = "baremetalhost.metal3.io/detached";

/** Reads what the console shows out of the lab's objects. Undefined for what does not have the form of such an object. */
export const labFacts = {
  host(object: unknown): HostFact | undefined {
    const { data } = host.safeParse(object);
    if (!data) return undefined;
    const { annotations } = data.metadata;
    const { provisioning, errorType, errorMessage, errorCount } = data.status;
    const held = PAUSED in annotations ? "paused" : DETACHED in annotations ? "detached" : undefined;
    const { consumerRef } = data.spec;
    return {
      state: provisioning.state || "not looked at yet",
      ...(errorMessage !== "" && { error: { type: errorType, text: errorMessage, count: errorCount } }),
      ...(held && { held }),
      ...(consumerRef && { consumer: consumerRef.name }),
    };
  },

  machine(object: unknown): MachineFact | undefined {
    const { data } = machine.safeParse(object);
    if (!data) return undefined;
    const { spec, status } = data;
    const ready = status.conditions.find(({ type }) => type === "Ready");
    const problem = ready && ready.status !== "True" ? ready.message || ready.reason : "";
    return {
      name: data.metadata.name,
      cluster: spec.clusterName,
      phase: status.phase,
      infrastructure: spec.infrastructureRef.name,
      ...(spec.version !== undefined && { version: spec.version }),
      ...(status.nodeRef && { node: status.nodeRef.name }),
      ...(problem !== "" && { problem }),
    };
  },

  cluster(object: unknown): ClusterFact | undefined {
    const { data } = cluster.safeParse(object);
    if (!data) return undefined;
    const { metadata, spec, status } = data;
    return {
      name: metadata.name,
      phase: status.phase,
      conditions: status.conditions.map(({ message, ...rest }) => ({ ...rest, text: message })),
      ...(spec.topology.version !== undefined && { version: spec.topology.version }),
    };
  },
} as const;
