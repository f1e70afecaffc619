import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

/** Where a CRD's conversion webhook is reached: by URL, since managers outside the cluster have no Service. */
export interface ConversionWebhook {
  readonly url: string;
  /** Base64 of the PEM certificate authority that signed the server's certificate. */
  readonly caBundle: string;
}

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

const patch = z.looseObject({ metadata, spec: z.looseObject({ conversion: z.unknown() }).optional() });

/**
 * Reads the CRDs of a module folder and adds what the project's kustomize run would: the contract labels
 * (`cluster.x-k8s.io/v1beta2: v1beta2`, which Cluster API needs to find the version that fits), annotations of the
 * patches and, where a patch says so and `conversion` is given, the conversion webhook.
 *
 * Without `conversion` a definition with several versions keeps the strategy None: the API server only rewrites
 * apiVersion. That is right while no controller answers webhooks and everything is written in the stored version.
 * Annotations that ask cert-manager for a CA are left out, since there is no Service to certify.
 * @throws ZodError when a file is not what is expected of this module version.
 */
export function readCustomResourceDefinitions(
  folder: string,
  labels: Readonly<Record<string, string>>,
  conversion?: ConversionWebhook,
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
    const converts = own.some((candidate) => candidate.spec?.conversion !== undefined);
    if (converts && conversion !== undefined && crd.spec.versions.length > 1) {
      crd.spec.conversion = webhookConversion(conversion);
    }
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

function webhookConversion(webhook: ConversionWebhook): unknown {
  return {
    strategy: "Webhook",
    webhook: {
      conversionReviewVersions: ["v1", "v1beta1"],
      clientConfig: { url: `${webhook.url}/convert`, caBundle: webhook.caBundle },
    },
  };
}
