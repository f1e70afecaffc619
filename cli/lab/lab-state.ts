import { z } from "zod";
import { conditions } from "../../components/kubernetes/conditions.ts";
import { hostProgress } from "../../components/workload-cluster/host-progress.ts";

/** One thing that can change. */
export interface Observation {
  /** A line is told when it changes. */
  readonly value: string;
  /** Told with it, and changing too often to be told by itself. */
  readonly detail?: string;
}

/** By its name, as in "host m920q-1" or "cluster edge Available". */
export type LabState = ReadonlyMap<string, Observation>;

const hostSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      provisioning: z.object({ state: z.string().default("") }).prefault({}),
      poweredOn: z.boolean().optional(),
    })
    .prefault({}),
});
const machineSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ version: z.string().optional() }).prefault({}),
  status: z
    .object({
      phase: z.string().default("Pending"),
      nodeRef: z.object({ name: z.string() }).optional(),
    })
    .prefault({}),
});
const clusterSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ conditions }).prefault({}),
});

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/**
 * What `lab watch` looks at: host states with their errors, machine phases, cluster conditions. Pure.
 * @throws ZodError when the objects are not of that form.
 */
export function labState(objects: {
  readonly hosts: readonly unknown[];
  readonly machines: readonly unknown[];
  readonly clusters: readonly unknown[];
}): LabState {
  const state = new Map<string, Observation>();
  for (const item of objects.hosts) {
    const { metadata, status } = hostSchema.parse(item);
    const key = `host ${metadata.name}`;
    const [busy] = hostProgress([item]);
    const what = busy === undefined ? status.provisioning.state : busy.slice(`${key}: `.length);
    const power = status.poweredOn === undefined ? "" : status.poweredOn ? ", on" : ", off";
    state.set(key, { value: oneLine(`${what}${power}`) });
  }
  for (const item of objects.machines) {
    const { metadata, spec, status } = machineSchema.parse(item);
    const node = status.nodeRef === undefined ? "" : `, node ${status.nodeRef.name}`;
    state.set(`machine ${metadata.name}`, {
      value: `${status.phase}${spec.version === undefined ? "" : ` ${spec.version}`}${node}`,
    });
  }
  for (const item of objects.clusters) {
    const { metadata, status } = clusterSchema.parse(item);
    state.set(`cluster ${metadata.name}`, { value: "there" });
    for (const { type, status: value, reason, message } of status.conditions) {
      state.set(`cluster ${metadata.name} ${type}`, {
        value: reason === "" ? value : `${value} (${reason})`,
        ...(message === "" ? {} : { detail: oneLine(message) }),
      });
    }
  }
  return state;
}

/** Something that is new, different or gone. */
export interface Change {
  /** As in "host m920q-1" or "cluster edge Available". */
  readonly subject: string;
  /** What it is now; null when it is gone. */
  readonly value: string | null;
  readonly detail?: string;
}

/** What is new, different or gone; nothing when all is as before. Pure. */
export function changes(before: LabState, after: LabState): readonly Change[] {
  const found: Change[] = [];
  for (const [subject, { value, detail }] of after) {
    if (before.get(subject)?.value === value) continue;
    found.push({ subject, value, ...(detail === undefined ? {} : { detail }) });
  }
  for (const subject of before.keys()) if (!after.has(subject)) found.push({ subject, value: null });
  return found;
}

/** A change as a line. */
export function changeText({ subject, value, detail }: Change): string {
  return `${subject}: ${value ?? "gone"}${detail === undefined ? "" : `: ${detail}`}`;
}
