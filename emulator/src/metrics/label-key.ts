import type { Labels } from "./metric.ts";

/** The same text for the same label values, whatever order the labels are written in. */
export function labelKey(names: readonly string[], labels: Labels): string {
  // Most have one label, and its value is a text that need not be made first.
  const [first = ""] = names;
  if (names.length === 1) return labels[first] ?? "";
  // No label value holds the character in between.
  return names.map((name) => labels[name] ?? "").join("\0");
}
