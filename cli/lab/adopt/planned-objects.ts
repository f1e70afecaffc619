import { z } from "zod";

const previewSchema = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      newState: z
        .object({ type: z.string(), inputs: z.record(z.string(), z.unknown()).default({}) })
        .optional(),
    }),
  ),
});

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** An object that Pulumi would make. */
export interface PlannedObject {
  /** In the program, as in "lab-hosts-m920q-1". */
  readonly resource: string;
  readonly object: z.output<typeof objectSchema>;
}

/** What stands in a preview for a value that only the update will know (sdk: runtime/rpc.d.ts, unknownValue). */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The Kubernetes objects that a preview would make. Patches of objects that others make are none, nor is what has no name yet. Pure.
 * @param preview what `pulumi preview --json` writes.
 * @throws ZodError when it is something else.
 */
export function plannedObjects(preview: unknown): PlannedObject[] {
  return previewSchema.parse(preview).steps.flatMap(({ op, urn, newState }) => {
    if (op !== "create" || newState === undefined) return [];
    const { type, inputs } = newState;
    if (!type.startsWith("kubernetes:") || type.endsWith("Patch")) return [];
    const object = objectSchema.safeParse(known(inputs));
    return object.success ? [{ resource: urn.slice(urn.lastIndexOf("::") + 2), object: object.data }] : [];
  });
}

/** A value without what is not known yet, and without the provider's own fields. */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known).filter((item) => item !== undefined);
  if (value === unknown) return undefined;
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([field]) => !field.startsWith("__"));
  return Object.fromEntries(fields.map(([field, item]) => [field, known(item)]));
}
