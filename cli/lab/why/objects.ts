import { z } from "zod";
import { conditions } from "../../../components/kubernetes/conditions.ts";

const metadata = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  creationTimestamp: z.string().default(""),
  deletionTimestamp: z.string().optional(),
});

/** What `lab why` reads of each kind; what an object does not say yet is empty. */
export const objects = {
  /** cluster.x-k8s.io/v1beta2 Cluster. */
  cluster: z.object({
    metadata,
    spec: z
      .object({
        paused: z.boolean().default(false),
        topology: z.object({ version: z.string().default("") }).prefault({}),
        controlPlaneEndpoint: z
          .object({ host: z.string().default(""), port: z.number().default(0) })
          .prefault({}),
      })
      .prefault({}),
    status: z.object({ phase: z.string().default("Pending"), conditions }).prefault({}),
  }),
  /** cluster.x-k8s.io/v1beta2 Machine. */
  machine: z.object({
    metadata,
    spec: z.object({
      clusterName: z.string(),
      version: z.string().default(""),
      infrastructureRef: z.object({ name: z.string() }),
    }),
    status: z
      .object({
        phase: z.string().default("Pending"),
        conditions,
        nodeRef: z.object({ name: z.string() }).optional(),
      })
      .prefault({}),
  }),
  /** infrastructure.cluster.x-k8s.io/v1beta2 Metal3Machine. */
  metal3Machine: z.object({
    metadata,
    spec: z
      .object({
        hostSelector: z
          .object({
            matchLabels: z.record(z.string(), z.string()).default({}),
            matchExpressions: z
              .array(
                z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }),
              )
              .default([]),
          })
          .prefault({}),
      })
      .prefault({}),
    status: z.object({ conditions }).prefault({}),
  }),
  /** metal3.io/v1alpha1 BareMetalHost. */
  host: z.object({
    metadata,
    spec: z
      .object({
        online: z.boolean().default(true),
        bmc: z
          .object({ address: z.string().default(""), credentialsName: z.string().default("") })
          .prefault({}),
        bootMACAddress: z.string().default(""),
        consumerRef: z.object({ kind: z.string().default(""), name: z.string() }).optional(),
        image: z.object({ url: z.string().default("") }).prefault({}),
      })
      .prefault({}),
    status: z
      .object({
        provisioning: z.object({ state: z.string().default("") }).prefault({}),
        operationalStatus: z.string().default(""),
        errorType: z.string().default(""),
        errorMessage: z.string().default(""),
        errorCount: z.number().default(0),
        poweredOn: z.boolean().optional(),
        operationHistory: z
          .record(z.string(), z.object({ start: z.string().nullish(), end: z.string().nullish() }))
          .default({}),
      })
      .prefault({}),
  }),
  /** cluster.x-k8s.io/v1beta2 MachineHealthCheck, ironic.metal3.io/v1alpha1 Ironic. */
  conditioned: z.object({ metadata, status: z.object({ conditions }).prefault({}) }),
} as const;

export type Cluster = z.output<typeof objects.cluster>;
export type Machine = z.output<typeof objects.machine>;
export type Metal3Machine = z.output<typeof objects.metal3Machine>;
export type Host = z.output<typeof objects.host>;
export type Conditioned = z.output<typeof objects.conditioned>;
