const width = 110;

function inOneLine(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? "{}" : undefined;
  const parts = value.map(inOneLine);
  return parts.includes(undefined) ? undefined : `[${parts.join(", ")}]`;
}

/** `used` is what stands on the line before the value. */
function rendered(value: unknown, indent: string, used: number): string {
  const line = inOneLine(value);
  if (line !== undefined && (!Array.isArray(value) || used + line.length + 1 <= width)) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const parts = value.map((element) => `${inner}${rendered(element, inner, inner.length)}`);
    return `[\n${parts.join(",\n")}\n${indent}]`;
  }
  const parts = Object.entries(value as object).map(([key, field]) => {
    const name = `${inner}${JSON.stringify(key)}: `;
    return `${name}${rendered(field, inner, name.length)}`;
  });
  return `{\n${parts.join(",\n")}\n${indent}}`;
}

/** JSON as the repository's formatter leaves it: short lists in one line, so that a generated file needs no exception. */
export function compactJson(value: unknown): string {
  // Through JSON first: fields that are undefined have no place in the file.
  return `${rendered(JSON.parse(JSON.stringify(value)), "", 0)}\n`;
}
