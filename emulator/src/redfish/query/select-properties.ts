import type { JsonObject } from "../resource.ts";

/** What DSP0266 has stay whatever is selected. */
const ALWAYS = new Set(["@odata.id", "@odata.type", "@odata.context", "@odata.etag", "@odata.count"]);

/**
 * A payload with the properties that the paths name, and the annotations of these (`Members@odata.count` with `Members`). A path
 * goes into objects and, alike, into the entries of arrays. What is not there is left out silently.
 */
export function selectProperties(payload: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const deeper = Map.groupBy(paths, ([first = ""]) => first);
  const kept = Object.entries(payload).flatMap(([name, value]): [string, unknown][] => {
    if (ALWAYS.has(name)) return [[name, value]];
    const annotated = name.indexOf("@", 1) > 0 ? name.slice(0, name.indexOf("@", 1)) : name;
    const asked = deeper.get(name) ?? deeper.get(annotated);
    if (!asked) return [];
    const rest = asked.map(([, ...path]) => path);
    const whole = annotated !== name || rest.some((path) => path.length === 0);
    return [[name, whole ? value : within(value, rest)]];
  });
  return Object.fromEntries(kept);
}

function within(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => within(entry, paths));
  if (typeof value !== "object" || value === null) return value;
  return selectProperties(value as JsonObject, paths);
}
