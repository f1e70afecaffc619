import { z } from "zod";
import { fieldManager, type KubeApi } from "../kube-api.ts";

const fields = z.record(z.string(), z.unknown());
const entrySchema = z.looseObject({
  manager: z.string().default(""),
  subresource: z.string().default(""),
  fieldsV1: fields.default({}),
});
type Entry = z.output<typeof entrySchema>;

const claimedSchema = z.looseObject({
  metadata: z.looseObject({
    resourceVersion: z.string().default(""),
    managedFields: z.array(entrySchema).default([]),
  }),
});

/**
 * Who else than Pulumi has written what is at one of the paths, by the object's managedFields (Kubernetes: FieldsV1, where a field
 * `name` is a key "f:name"; what a Secret is given as stringData is stored as data). Pure; each name once.
 */
export function claimants(object: unknown, paths: readonly (readonly string[])[]): string[] {
  const stored = paths.map(([first, ...rest]) => [first === "stringData" ? "data" : (first ?? ""), ...rest]);
  const found = entriesOf(object).filter(
    (entry) => isForeign(entry) && stored.some((path) => claims(entry.fieldsV1, path)),
  );
  return [...new Set(found.map(({ manager }) => manager))];
}

/** Everything at or below a path; of a list its whole, since the keys of its items are not those of the path. */
function claims(claimed: Record<string, unknown>, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  const below = fields.safeParse(claimed[`f:${first}`]);
  return below.success && (Object.keys(below.data).length === 0 || claims(below.data, rest));
}

/**
 * Takes off an object what some claim of it, metadata excepted: its values stay until somebody writes others. It keeps no claim from
 * coming back, so whoever made it has to be at rest.
 * @param managers by their names.
 * @throws ApiRefusal, with status 409 when the object changed meanwhile; ApiUnreachable.
 */
export async function releaseClaims(
  api: Pick<KubeApi, "get" | "patch">,
  path: string,
  managers: readonly string[],
): Promise<void> {
  const object = await api.get(path);
  const { resourceVersion } = claimedSchema.parse(object).metadata;
  const managedFields = entriesOf(object).flatMap((entry) => {
    if (entry.subresource !== "" || !managers.includes(entry.manager)) return [entry];
    const { "f:metadata": metadata } = entry.fieldsV1;
    return metadata === undefined ? [] : [{ ...entry, fieldsV1: { "f:metadata": metadata } }];
  });
  // An empty list would have the API server give all of it to a manager of its own, "before-first-apply", at the next apply.
  const kept = managedFields.length > 0 ? managedFields : [placeholder(object)];
  await api.patch(path, { metadata: { resourceVersion, managedFields: kept } });
}

function entriesOf(object: unknown): Entry[] {
  return claimedSchema.parse(object).metadata.managedFields;
}

function isForeign({ manager, subresource }: Entry): boolean {
  return subresource === "" && !manager.startsWith("pulumi-kubernetes");
}

/** Claims the namespace's or object's name, which nobody changes. */
function placeholder(object: unknown): object {
  const { apiVersion } = z.looseObject({ apiVersion: z.string() }).parse(object);
  return {
    manager: fieldManager,
    operation: "Update",
    apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: { "f:metadata": { "f:labels": {} } },
  };
}
