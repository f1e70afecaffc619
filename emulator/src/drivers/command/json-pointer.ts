/**
 * The value that a JSON pointer (RFC 6901) names, as text.
 * @returns undefined when nothing is there, or something that is no plain value
 */
export function atPointer(document: unknown, pointer: string): string | undefined {
  const keys = pointer.split("/").slice(1);
  const value = keys.reduce<unknown>((inner, key) => {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    const known = typeof inner === "object" && inner !== null && Object.hasOwn(inner, name);
    return known ? Reflect.get(inner, name) : undefined;
  }, document);
  const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return plain ? String(value) : undefined;
}
