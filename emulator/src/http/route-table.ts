import type { Resource } from "../redfish/resource.ts";

/** A resource and the values of the `:names` in its URI, decoded. */
export interface Route {
  readonly resource: Resource;
  readonly params: Readonly<Record<string, string>>;
}

interface Node {
  readonly fixed: Map<string, Node>;
  variable: { readonly name: string; readonly node: Node } | undefined;
  resource: Resource | undefined;
}

/**
 * Finds the resource behind a path in as many steps as the path has segments. Exact words go before `:names`; a slash at the
 * end does not count; upper and lower case do.
 */
export class RouteTable {
  readonly #root: Node = node();

  constructor(resources: readonly Resource[]) {
    for (const resource of resources) {
      let at = this.#root;
      for (const segment of segmentsOf(resource.uri)) at = step(at, segment);
      at.resource = resource;
    }
  }

  find(path: string): Route | undefined {
    const segments = segmentsOf(path);
    const values: [string, string][] = [];
    const resource = search(this.#root, segments, 0, values);
    return resource && { resource, params: Object.fromEntries(values) };
  }
}

function node(): Node {
  return { fixed: new Map(), variable: undefined, resource: undefined };
}

function segmentsOf(path: string): string[] {
  const segments = path.split("/").slice(1);
  if (segments.at(-1) === "") segments.pop();
  return segments;
}

function step(from: Node, segment: string): Node {
  if (!segment.startsWith(":")) {
    const found = from.fixed.get(segment) ?? node();
    from.fixed.set(segment, found);
    return found;
  }
  from.variable ??= { name: segment.slice(1), node: node() };
  return from.variable.node;
}

function search(
  at: Node,
  segments: readonly string[],
  index: number,
  values: [string, string][],
): Resource | undefined {
  const segment = segments[index];
  if (segment === undefined) return at.resource;
  const exact = at.fixed.get(segment);
  const found = exact && search(exact, segments, index + 1, values);
  if (found || !at.variable || segment === "") return found;
  const { name, node: below } = at.variable;
  values.push([name, decoded(segment)]);
  const deeper = search(below, segments, index + 1, values);
  if (!deeper) values.pop();
  return deeper;
}

/** What is no valid encoding names nothing, and is looked for as it stands. */
function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
