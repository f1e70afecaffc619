/**
 * The paths at which two values differ, as in "spec.bmc.address"; a list that differs counts as one. Pure.
 * @param without top-level fields that are left out.
 */
export function fieldChanges(before: unknown, after: unknown, without: readonly string[] = []): string[] {
  if (before === undefined && isMap(after)) return fieldChanges({}, after, without);
  if (after === undefined && isMap(before)) return fieldChanges(before, {}, without);
  if (!isMap(before) || !isMap(after)) return JSON.stringify(before) === JSON.stringify(after) ? [] : [""];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => !without.includes(key))
    .flatMap((key) =>
      fieldChanges(before[key], after[key]).map((below) => (below === "" ? key : `${key}.${below}`)),
    );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
