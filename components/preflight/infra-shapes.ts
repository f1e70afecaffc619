import { z } from "zod";

const named = z.object({ name: z.string(), namespace: z.string().default("") });
const address = z.object({ type: z.string(), address: z.string() });
const condition = z.object({ type: z.string(), status: z.string(), message: z.string().default("") });

const port = z.object({
  containerPort: z.number().optional(),
  hostPort: z.number().optional(),
  hostIP: z.string().default(""),
  protocol: z.string().default("TCP"),
});

/** Objects of the infra cluster, with the fields that are looked at; whatever else they have is left out. */
export const infraShapes = {
  version: z.object({ gitVersion: z.string() }),
  host: z.object({ metadata: named }),
  node: z.object({
    metadata: named,
    spec: z
      .object({
        podCIDRs: z.array(z.string()).default([]),
        unschedulable: z.boolean().default(false),
        taints: z.array(z.object({ key: z.string(), effect: z.string() })).default([]),
      })
      .prefault({}),
    status: z
      .object({
        addresses: z.array(address).default([]),
        conditions: z.array(condition).default([]),
        capacity: z.record(z.string(), z.string()).default({}),
      })
      .prefault({}),
  }),
  storageClass: z.object({
    metadata: named.extend({ annotations: z.record(z.string(), z.string()).default({}) }),
    provisioner: z.string(),
  }),
  service: z.object({
    metadata: named,
    spec: z
      .object({
        type: z.string().default("ClusterIP"),
        ports: z
          .array(
            z.object({
              port: z.number(),
              protocol: z.string().default("TCP"),
              nodePort: z.number().optional(),
            }),
          )
          .default([]),
      })
      .prefault({}),
  }),
  pod: z.object({
    metadata: named,
    spec: z
      .object({
        hostNetwork: z.boolean().default(false),
        containers: z.array(z.object({ ports: z.array(port).default([]) })).default([]),
      })
      .prefault({}),
    status: z.object({ phase: z.string().default("") }).prefault({}),
  }),
  deployment: z.object({
    metadata: named,
    status: z.object({ conditions: z.array(condition).default([]) }).prefault({}),
  }),
  /** Of the kubelet's /stats/summary: the file system that pods and volumes of local-path are on. */
  summary: z.object({
    node: z.object({ fs: z.object({ availableBytes: z.number(), capacityBytes: z.number() }) }),
  }),
} as const;

export type InfraNode = z.output<typeof infraShapes.node>;
export type InfraPod = z.output<typeof infraShapes.pod>;
export type InfraService = z.output<typeof infraShapes.service>;
export type InfraStorageClass = z.output<typeof infraShapes.storageClass>;
export type InfraDeployment = z.output<typeof infraShapes.deployment>;
