import { parseAllDocuments, type Tags } from "yaml";
import type { PlainObject } from "../kubernetes/object.ts";
import { ManifestError } from "./manifest-error.ts";

/**
 * YAML 1.1 as kubectl reads it (`0644` is octal), without its dates and base-60 numbers, which kubectl does not know
 * either and which would turn a label such as 2026-07-29 into something else.
 */
function kubernetesTags(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === "string" || (tag.tag !== "tag:yaml.org,2002:timestamp" && tag.format !== "TIME"),
  );
}

/**
 * The objects of a manifest in the order of the file. Empty documents are skipped and `List`s are unfolded.
 *
 * @param origin names the manifest in errors, e.g. "capm3 v1.13.2".
 * @throws ManifestError `not-a-manifest` for a web page, broken YAML, or a document that is not a Kubernetes object.
 */
export function parseManifest(text: string, origin: string): PlainObject[] {
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    throw new ManifestError(
      "not-a-manifest",
      `${origin}: this is a web page, not a manifest: ${excerpt(text)}`,
    );
  }
  const objects: PlainObject[] = [];
  for (const document of parseAllDocuments(text, { version: "1.1", customTags: kubernetesTags })) {
    const [error] = document.errors;
    if (error) throw new ManifestError("not-a-manifest", `${origin}: ${error.message}`, { cause: error });
    // The default of 100 aliases protects against "billion laughs"; release manifests use none.
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value !== null && value !== undefined) objects.push(...unfold(value, origin));
  }
  if (objects.length === 0) throw new ManifestError("not-a-manifest", `${origin}: no object in it`);
  return objects;
}

function unfold(value: unknown, origin: string): PlainObject[] {
  const kind = isRecord(value) ? value.kind : undefined;
  if (isRecord(value) && typeof kind === "string" && kind.endsWith("List") && Array.isArray(value.items)) {
    return value.items.flatMap((item) => unfold(item, origin));
  }
  if (!isObject(value)) {
    const shown = excerpt(JSON.stringify(value) ?? String(value));
    throw new ManifestError(
      "not-a-manifest",
      `${origin}: not a Kubernetes object with apiVersion, kind and metadata.name: ${shown}`,
    );
  }
  return [value];
}

function isObject(value: unknown): value is PlainObject {
  if (!isRecord(value) || typeof value.apiVersion !== "string" || typeof value.kind !== "string")
    return false;
  const metadata = value.metadata;
  return isRecord(metadata) && typeof metadata.name === "string" && metadata.name !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
