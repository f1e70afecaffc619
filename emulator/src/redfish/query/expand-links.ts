import type { JsonObject } from "../resource.ts";
import type { ExpandKind, Query } from "./parse-query.ts";

/** Gives the payload behind a URI; undefined when there is none for whoever asks: then the link stays a link. */
export type Fetch = (uri: string) => Promise<JsonObject | undefined>;

/** Resources put into one answer: with a thousand machines three levels would otherwise be the whole tree many times over. */
const MOST_RESOURCES = 5_000;

/**
 * A payload with its links replaced by what they point at, level by level, so that what is near comes first where the whole
 * would be too much.
 */
export async function expandLinks(
  payload: JsonObject,
  { kind, levels }: NonNullable<Query["expand"]>,
  fetch: Fetch,
): Promise<JsonObject> {
  const root = { ...payload };
  let left = MOST_RESOURCES;
  // What is replaced is copied first: payloads may be shared between requests.
  let level: JsonObject[] = [root];
  for (let depth = 0; depth < levels && level.length > 0; depth += 1) {
    const places = level.flatMap((resource) => linkPlaces(resource as Record<string, unknown>, kind, false));
    const wanted = places.slice(0, left);
    left -= wanted.length;
    const found = await Promise.all(wanted.map(({ uri }) => fetch(uri)));
    const next: JsonObject[] = [];
    wanted.forEach(({ put }, index) => {
      const target = found[index];
      if (!target) return;
      const copy = { ...target };
      put(copy);
      next.push(copy);
    });
    level = next;
  }
  return root;
}

interface Place {
  readonly uri: string;
  readonly put: (resource: JsonObject) => void;
}

/** The links in one object, its inner objects and arrays; those objects are replaced by copies on the way. */
function linkPlaces(
  holder: Record<string, unknown> | unknown[],
  kind: ExpandKind,
  inLinks: boolean,
): Place[] {
  const entries: [string | number, unknown][] = Array.isArray(holder)
    ? [...holder.entries()]
    : Object.entries(holder);
  return entries.flatMap(([key, value]) => {
    if (typeof value !== "object" || value === null) return [];
    const below = inLinks || key === "Links";
    const set = (replacement: unknown): void => {
      (holder as Record<string | number, unknown>)[key] = replacement;
    };
    const uri = linkOf(value);
    if (uri !== undefined) {
      const wanted = kind === "*" || (kind === "~") === below;
      return wanted ? [{ uri, put: set }] : [];
    }
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
    set(copy);
    return linkPlaces(copy, kind, below);
  });
}

/** The URI of an object that is a reference and nothing else. */
function linkOf(value: object): string | undefined {
  const entries = Object.entries(value);
  const [first] = entries;
  return entries.length === 1 && first?.[0] === "@odata.id" && typeof first[1] === "string"
    ? first[1]
    : undefined;
}
