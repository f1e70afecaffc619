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
  /** Without what the preview does not tell. */
  readonly object: z.output<typeof objectSchema>;
  /** The fields of which it does not tell the value: known at the update alone, or secret. As in [["data", "password"]]. */
  readonly untold: readonly (readonly string[])[];
}

/**
 * What stands in a preview for a value that only the update will know (sdk: runtime/rpc.d.ts, unknownValue), and for a secret
 * (pkg/display/json.go, which has no other mark for it).
 */
const marks: readonly unknown[] = ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]"];

/**
 * The Kubernetes objects that a preview would make. Patches of objects that others make are none. Pure.
 * @param preview what `pulumi preview --json` writes.
 * @throws ZodError when it is something else.
 */
export function plannedObjects(preview: unknown): PlannedObject[] {
  return previewSchema.parse(preview).steps.flatMap(({ op, urn, newState }) => {
    if (op !== "create" || newState === undefined) return [];
    const { type, inputs } = newState;
    if (!type.startsWith("kubernetes:") || type.endsWith("Patch")) return [];
    const untold: string[][] = [];
    const object = objectSchema.parse(told(inputs, [], untold));
    return [{ resource: urn.slice(urn.lastIndexOf("::") + 2), object, untold }];
  });
}

/** A value without what is not told, whose paths are added to `untold`, and without the provider's own fields. */
function told(value: unknown, path: readonly string[], untold: string[][]): unknown {
  if (marks.includes(value)) {
    untold.push([...path]);
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => told(item, path, untold)).filter((item) => item !== undefined);
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([field]) => !field.startsWith("__"));
  return Object.fromEntries(fields.map(([field, item]) => [field, told(item, [...path, field], untold)]));
}
