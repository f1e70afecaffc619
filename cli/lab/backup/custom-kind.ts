import { z } from "zod";
import { isOfHostsOrClusters } from "../hosts-or-clusters.ts";

const definitionSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    group: z.string(),
    scope: z.string(),
    names: z.looseObject({ kind: z.string(), plural: z.string() }),
    versions: z.array(z.looseObject({ name: z.string(), storage: z.boolean() })),
  }),
});

/** Of all definitions (CRDs). */
export const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** A kind of objects that a definition (CRD) brings. */
export interface CustomKind {
  readonly definition: z.output<typeof definitionSchema>;
  readonly kind: string;
  /** The version that the API server keeps objects in: reading and writing it takes no conversion, so no webhook. */
  readonly apiVersion: string;
  /** Of all objects of a namespace. */
  readonly path: (namespace: string) => string;
}

/**
 * Groups whose objects a lab consists of: Cluster API with its providers, Metal3's hosts and address pools. Ironic itself is
 * not among them: Pulumi declares it, and its database is empty after every start.
 */
function isOfLab(group: string): boolean {
  return isOfHostsOrClusters(group) || group === "ipam.metal3.io";
}

/** What a definition stands for; undefined when it has nothing to do with a lab, or its objects are in no namespace. Pure. */
export function customKind(item: unknown): CustomKind | undefined {
  const definition = definitionSchema.parse(item);
  const { group, scope, names, versions } = definition.spec;
  const stored = versions.find(({ storage }) => storage);
  if (!isOfLab(group) || scope !== "Namespaced" || stored === undefined) return undefined;
  const apiVersion = `${group}/${stored.name}`;
  return {
    definition,
    kind: names.kind,
    apiVersion,
    path: (namespace) => `/apis/${apiVersion}/namespaces/${namespace}/${names.plural}`,
  };
}

/**
 * A definition as it is made anew: what the server and cert-manager wrote on it left out, the old authority first of all. Pure.
 */
export function freshDefinition({ definition }: CustomKind): object {
  const { name, labels = {}, annotations = {} } = definition.metadata;
  const { conversion, ...spec } = definition.spec;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name, labels, annotations },
    spec: { ...spec, ...(conversion === undefined ? {} : { conversion: withoutAuthority(conversion) }) },
  };
}

function withoutAuthority(conversion: unknown): unknown {
  return JSON.parse(JSON.stringify(conversion, (key, value) => (key === "caBundle" ? undefined : value)));
}
