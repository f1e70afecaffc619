import { z } from "zod";

const owner = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
});

/** A Kubernetes object as the API server gives it, with what a restore has to know of it; all else is carried along. */
export const backupObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().min(1),
    resourceVersion: z.string().optional(),
    generation: z.number().optional(),
    deletionTimestamp: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    ownerReferences: z.array(owner).optional(),
    managedFields: z.array(z.looseObject({ manager: z.string().optional() })).optional(),
  }),
});

export type BackupObject = z.output<typeof backupObject>;
export type OwnerReference = z.output<typeof owner>;

/** As in "BareMetalHost m920q-1". */
export function objectName({ kind, metadata }: BackupObject): string {
  return `${kind} ${metadata.name}`;
}
