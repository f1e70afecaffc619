/** A JSON schema node; OpenAPI's own keys are strings too. */
export type SchemaNode = { [key: string]: unknown };

/** Where values are only constrained, not described: unknown fields are judged by the description around them. */
const constraintsOnly = new Set(["allOf", "anyOf", "oneOf", "not"]);

export interface ConversionOptions {
  /** For `x-kubernetes-embedded-resource` and the root of a custom resource: the schema of metadata. */
  readonly metadata: SchemaNode;
}

/**
 * Turns a Kubernetes schema (OpenAPI 2 or 3.0 with its x-kubernetes-… keys) into a JSON schema that refuses unknown
 * fields, as `kubectl --validate=strict` and Pulumi's provider have the API server do. CEL rules are not evaluated.
 */
export function structuralSchema(
  node: SchemaNode,
  options: ConversionOptions,
  describing = true,
): SchemaNode {
  const result: SchemaNode = {};
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith("x-kubernetes-") || key === "description" || key === "example") continue;
    result[key] = convert(key, value, options, describing);
  }
  if (typeof result.pattern === "string" && !isRegExp(result.pattern)) delete result.pattern;
  // OpenAPI 3.0 spells these as in JSON schema draft 4.
  for (const [flag, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (result[flag] === true) {
      result[flag] = result[bound];
      delete result[bound];
    } else if (result[flag] === false) delete result[flag];
  }
  const intOrString = node["x-kubernetes-int-or-string"] === true || node.format === "int-or-string";
  if (intOrString) {
    result.type = ["integer", "string"];
    delete result.anyOf;
  }
  if (node["x-kubernetes-embedded-resource"] === true) {
    result.properties = {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: options.metadata,
      ...(result.properties as SchemaNode | undefined),
    };
  }
  if (node.nullable === true && typeof result.type === "string") {
    result.type = [result.type, "null"];
    if (Array.isArray(result.enum)) result.enum = [...result.enum, null];
  }
  delete result.nullable;
  if (describing && isClosed(node)) result.additionalProperties = false;
  return result;
}

function convert(key: string, value: unknown, options: ConversionOptions, describing: boolean): unknown {
  if (key === "properties" && isNode(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, sub(child, options, describing)]),
    );
  }
  if (key === "items" || key === "additionalProperties") return sub(value, options, describing);
  if (constraintsOnly.has(key)) {
    return Array.isArray(value)
      ? value.map((child) => sub(child, options, false))
      : sub(value, options, false);
  }
  return value;
}

function sub(value: unknown, options: ConversionOptions, describing: boolean): unknown {
  return isNode(value) ? structuralSchema(value, options, describing) : value;
}

/** An object that lists its fields, or none at all in a definition's structural schema, allows no other. */
function isClosed(node: SchemaNode): boolean {
  if (node["x-kubernetes-preserve-unknown-fields"] === true || node.additionalProperties !== undefined)
    return false;
  return node.properties !== undefined;
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Kubernetes' patterns are Go's: the few that JavaScript does not know are left to the API server. */
function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}
