/**
 * The fields of an `Authorization: Digest` header by lower-case name, quoted or not, in any order and spacing; undefined
 * when the header is missing, of another scheme, or not to be read. (RFC 7616 3.4.)
 */
export function parseDigestHeader(header: string | undefined): ReadonlyMap<string, string> | undefined {
  const scheme = /^\s*Digest\s+/i.exec(header ?? "");
  if (header === undefined || scheme === null) return undefined;
  const fields = new Map<string, string>();
  const field = /\s*([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)/y;
  field.lastIndex = scheme[0].length;
  while (field.lastIndex < header.length) {
    const match = field.exec(header);
    if (match === null) return undefined;
    const [, name = "", quoted, bare = ""] = match;
    fields.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, "$1"));
  }
  return fields;
}
