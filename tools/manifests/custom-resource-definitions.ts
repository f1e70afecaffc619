import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const metadata = z.looseObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const definition = z.looseObject({
  apiVersion: z.literal("apiextensions.k8s.io/v1"),
  kind: z.literal("CustomResourceDefinition"),
  metadata,
  spec: z.looseObject({ versions: z.array(z.looseObject({ name: z.string() })) }),
});
export type CustomResourceDefinition = z.infer<typeof definition>;

const kustomization = z.looseObject({
  resources: z.array(z.string()),
  labels: z.array(z.looseObject({ pairs: z.record(z.string(), z.string()) })).optional(),
  patches: z
    .array(z.looseObject({ path: z.string() }))
    .nullish()
    .transform((patches) => patches ?? []),
});

const patch = z.looseObject({ metadata });

/**
 * Reads the CRDs of a module folder and adds what the project's kustomize run would: the contract labels
 * (`cluster.x-k8s.io/v1beta2: v1beta2`, which Cluster API needs to find the version that fits) and annotations of the
 * patches.
 *
 * Conversion webhooks are left out: a definition with several versions has the strategy None, with which the API server
 * only rewrites apiVersion. That is right where no controller runs and everything is written in the stored version.
 * Annotations that ask cert-manager for a CA are left out, since there is no Service to certify.
 * @throws ZodError when a file is not what is expected of this module version.
 */
export function readCustomResourceDefinitions(
  folder: string,
  labels: Readonly<Record<string, string>>,
): CustomResourceDefinition[] {
  const file = join(folder, "kustomization.yaml");
  if (!existsSync(file)) {
    const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    return names.flatMap((name) => readDefinitions(join(folder, name))).map((crd) => labelled(crd, labels));
  }
  const steps = kustomization.parse(parse(readFileSync(file, "utf8")));
  const pairs = Object.assign({}, ...(steps.labels ?? []).map((entry) => entry.pairs), labels);
  const crds = steps.resources.flatMap((path) => readDefinitions(join(folder, path)));
  const patches = steps.patches.map(({ path }) =>
    patch.parse(parse(readFileSync(join(folder, path), "utf8"))),
  );
  return crds.map((crd) => {
    const own = patches.filter((candidate) => candidate.metadata.name === crd.metadata.name);
    for (const { metadata: added } of own) annotate(crd, added);
    return labelled(crd, pairs);
  });
}

/** Reads one YAML file of definitions, leaving out empty documents. */
function readDefinitions(file: string): CustomResourceDefinition[] {
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  if ("empty" in documents) return [];
  return documents
    .map((document): unknown => document.toJS())
    .filter((value) => value !== null)
    .map((value) => definition.parse(value));
}

function annotate(crd: CustomResourceDefinition, added: z.infer<typeof metadata>): void {
  const annotations = Object.entries(added.annotations ?? {}).filter(
    ([key]) => !key.startsWith("cert-manager.io/"),
  );
  if (annotations.length > 0) {
    crd.metadata.annotations = { ...crd.metadata.annotations, ...Object.fromEntries(annotations) };
  }
  if (added.labels !== undefined) crd.metadata.labels = { ...crd.metadata.labels, ...added.labels };
}

function labelled(
  crd: CustomResourceDefinition,
  labels: Readonly<Record<string, string>>,
): CustomResourceDefinition {
  const all = { ...crd.metadata.labels, ...labels };
  if (Object.keys(all).length === 0) return crd;
  const sorted = Object.fromEntries(Object.entries(all).sort(([left], [right]) => (left < right ? -1 : 1)));
  return { ...crd, metadata: { ...crd.metadata, labels: sorted } };
}
