import type { PlainObject } from "../kubernetes/object.ts";

/** Values, not schemas: what looks like a description in them is data. */
const values = new Set(["default", "enum", "example"]);

/**
 * A CustomResourceDefinition without the texts in its schemas: two thirds of it, nothing the API server looks at.
 *
 * With the file backend Pulumi writes its whole state twice for each resource, so the texts of Cluster API's definitions
 * (1.5 MB) would be most of what an update does; and a version's diff shows what really changed. `kubectl explain` then
 * shows fields and types without sentences.
 */
export function withoutDescriptions(object: PlainObject): PlainObject {
  if (object.kind !== "CustomResourceDefinition") return object;
  return { ...object, spec: strip(object.spec) };
}

function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strip);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) => {
      // A field that is called "description" has a schema, not a string.
      if (key === "description" && typeof value === "string") return [];
      return [[key, values.has(key) ? value : strip(value)]];
    }),
  );
}
