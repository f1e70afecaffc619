import { readFile } from "node:fs/promises";
import { Ajv, type ValidateFunction } from "ajv";
import type { PlainObject } from "../../../components/kubernetes/object.ts";
import { type SchemaNode, structuralSchema } from "./structural-schema.ts";

interface Swagger {
  readonly definitions: Readonly<Record<string, SchemaNode>>;
}
interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const metadataType = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** Types whose description in the swagger file is narrower than what the API server reads. */
const wider: Readonly<Record<string, SchemaNode>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["string", "number"] },
};

/**
 * Judges Kubernetes objects as the API server would before any webhook: built-in kinds by Kubernetes' own OpenAPI
 * file, custom ones by their definitions; fields that no schema knows are errors.
 */
export class SchemaSet {
  readonly #ajv = new Ajv({
    strict: false,
    allErrors: true,
    useDefaults: true,
    validateFormats: false,
    logger: false,
  });
  readonly #builtIn = new Map<string, string>();
  readonly #custom = new Map<string, { readonly schema: SchemaNode; readonly namespaced: boolean }>();
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #metadata: SchemaNode = { $ref: `swagger#/definitions/${metadataType}` };

  private constructor(swagger: Swagger, definitions: readonly PlainObject[]) {
    const converted: SchemaNode = {};
    for (const [name, definition] of Object.entries(swagger.definitions)) {
      converted[name] = wider[name] ?? structuralSchema(definition, { metadata: this.#metadata });
      const kinds = definition["x-kubernetes-group-version-kind"] as readonly GroupVersionKind[] | undefined;
      if (kinds?.length === 1) for (const kind of kinds) this.#builtIn.set(keyOf(kind), name);
    }
    this.#ajv.addSchema({ $id: "swagger", definitions: converted });
    for (const definition of definitions) this.#add(definition);
  }

  /**
   * @param swaggerFile api/openapi-spec/swagger.json of Kubernetes.
   * @param objects among which the CustomResourceDefinitions are taken.
   */
  static async load(swaggerFile: string, objects: readonly PlainObject[]): Promise<SchemaSet> {
    const swagger = JSON.parse(await readFile(swaggerFile, "utf8")) as Swagger;
    return new SchemaSet(
      swagger,
      objects.filter(({ kind }) => kind === "CustomResourceDefinition"),
    );
  }

  /** What is wrong with an object, one line each; none when the API server would store it. */
  errors(object: Readonly<Record<string, unknown>>): string[] {
    const validate = this.#validator(`${String(object.apiVersion)}/${String(object.kind)}`);
    if (!validate) return [`no schema knows ${String(object.apiVersion)} ${String(object.kind)}`];
    // Defaults are filled in before required fields are looked for, so work on a copy.
    const copy = structuredClone(JSON.parse(JSON.stringify(object))) as unknown;
    if (validate(isCustom(object.apiVersion) ? copy : withoutNulls(copy))) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = (params as { additionalProperty?: string }).additionalProperty;
      return `${instancePath || "/"} ${message ?? "is wrong"}${extra ? `: ${extra}` : ""}`;
    });
  }

  /** Whether a custom kind lives in a namespace; undefined for built-in ones. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined {
    return this.#custom.get(`${apiVersion}/${kind}`)?.namespaced;
  }

  #validator(key: string): ValidateFunction | undefined {
    const known = this.#compiled.get(key);
    if (known) return known;
    const builtIn = this.#builtIn.get(key);
    const schema = builtIn ? { $ref: `swagger#/definitions/${builtIn}` } : this.#custom.get(key)?.schema;
    if (!schema) return undefined;
    const validate = this.#ajv.compile(schema);
    this.#compiled.set(key, validate);
    return validate;
  }

  #add(definition: PlainObject): void {
    const spec = definition.spec as {
      group: string;
      names: { kind: string };
      scope: string;
      versions: { name: string; served: boolean; schema?: { openAPIV3Schema: SchemaNode } }[];
    };
    for (const { name, served, schema } of spec.versions) {
      if (!served || !schema) continue;
      const root = structuralSchema(
        { ...schema.openAPIV3Schema, "x-kubernetes-embedded-resource": true },
        { metadata: this.#metadata },
      );
      (root.properties as SchemaNode).metadata = this.#metadata;
      this.#custom.set(`${spec.group}/${name}/${spec.names.kind}`, {
        schema: root,
        namespaced: spec.scope === "Namespaced",
      });
    }
  }
}

function keyOf({ group, version, kind }: GroupVersionKind): string {
  return group === "" ? `${version}/${kind}` : `${group}/${version}/${kind}`;
}

/** Built-in groups have no dot, or end in k8s.io. */
function isCustom(apiVersion: unknown): boolean {
  const [group = "", version] = String(apiVersion).split("/");
  return version !== undefined && group.includes(".") && !group.endsWith(".k8s.io");
}

/** Built-in kinds take null for "not given", and generated manifests say `creationTimestamp: null`. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}
