import { z } from "zod";
import type { DeviceSnapshot } from "../../../sim/devices/simulated-device.ts";
import type { CallsRecord, ClusterRecord, HostRecord, MachineRecord } from "./flight-record.ts";

const hostSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z
    .object({
      online: z.boolean().default(false),
      consumerRef: z.object({ name: z.string() }).optional(),
    })
    .prefault({}),
  status: z
    .object({
      provisioning: z.object({ state: z.string().default("") }).prefault({}),
      poweredOn: z.boolean().optional(),
      errorType: z.string().default(""),
      errorMessage: z.string().default(""),
    })
    .prefault({}),
});

const machineSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    clusterName: z.string(),
    version: z.string().default(""),
    infrastructureRef: z.object({ name: z.string() }),
  }),
  status: z
    .object({ phase: z.string().default("Pending"), nodeRef: z.object({ name: z.string() }).optional() })
    .prefault({}),
});

const clusterSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
    .prefault({}),
});

/** Of those calls by which a device is told to change the power, by the names in its counters. */
const ACTIONS = ["set_device_info", "CIM_PowerManagementService.RequestPowerStateChange"];

/** Records of what the infra cluster's API and the devices show at one moment. Pure. @throws ZodError. */
export const observed = {
  /** A metal3.io/v1alpha1 BareMetalHost. */
  host(item: unknown, at: number): HostRecord {
    const { metadata, spec, status } = hostSchema.parse(item);
    return {
      kind: "host",
      at,
      name: metadata.name,
      state: status.provisioning.state || "unregistered",
      on: status.poweredOn ?? null,
      online: spec.online,
      error: [status.errorType, status.errorMessage].filter((part) => part !== "").join(": "),
      consumer: spec.consumerRef?.name ?? null,
    };
  },

  /** A cluster.x-k8s.io/v1beta2 Machine. */
  machine(item: unknown, at: number): MachineRecord {
    const { metadata, spec, status } = machineSchema.parse(item);
    return {
      kind: "machine",
      at,
      name: metadata.name,
      cluster: spec.clusterName,
      phase: status.phase,
      version: spec.version,
      infra: spec.infrastructureRef.name,
      node: status.nodeRef?.name ?? null,
    };
  },

  /** A cluster.x-k8s.io/v1beta2 Cluster. */
  cluster(item: unknown, at: number): ClusterRecord {
    const { metadata, status } = clusterSchema.parse(item);
    const conditions = Object.fromEntries(status.conditions.map(({ type, status: value }) => [type, value]));
    return { kind: "cluster", at, name: metadata.name, conditions };
  },

  /** The counters of a device. */
  calls({ name, kind, calls }: Pick<DeviceSnapshot, "name" | "kind" | "calls">, at: number): CallsRecord {
    const actions = ACTIONS.reduce((sum, action) => sum + (calls.byOperation[action] ?? 0), 0);
    const { total, powerReads } = calls;
    return { kind: "calls", at, host: name, device: kind, total, powerReads, actions };
  },
} as const;
