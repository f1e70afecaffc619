import { images } from "../components/versions.ts";
import type { LabPolicy } from "./lab-policy.ts";
import { objectName, type PlannedResource } from "./resource.ts";

/**
 * Which container images are pulled. A tag such as `latest` names another image tomorrow, so that a node that restarts runs what
 * nobody reviewed. A digest pins; so does, by custom, the tag of one release (v1.2.3) or of one content (twelve hex digits).
 *
 * Images of this repository's own table that nobody has pinned yet are {@link unpinnedDefaults}: `npm run versions -- pin` pins them.
 */
export const pinnedImages: LabPolicy = {
  name: "pinned-images",
  description: "Container images are named by digest or by the tag of one release.",
  instead: "name it by digest (@sha256:…) or by the tag of a release",
  check(resource) {
    const of = objectName(resource);
    return unpinned(resource)
      .filter((image) => !unpinnedDefaults.has(image))
      .map((to) => ({ of, to, wrong: `${of} runs ${to}, a tag that names another image tomorrow` }));
  },
};

/** References out of components/versions.ts that have no digest yet. */
export const unpinnedDefaults: ReadonlySet<string> = new Set(
  Object.values(images)
    .filter(({ digest }) => digest === "")
    .map(({ repository, tag }) => `${repository}:${tag}`),
);

/** The images of a Kubernetes object that are not pinned, each once. */
export function unpinned({ type, inputs }: PlannedResource): string[] {
  if (!type.startsWith("kubernetes:") || type.endsWith(":CustomResourceDefinition")) return [];
  return [...new Set(references(inputs))].filter((reference) => !isPinned(reference));
}

/** Texts in a field called `image`, texts of a map called `images`, and `image:` lines of files that nodes get. */
function references(value: unknown, field = "", parent = ""): string[] {
  if (typeof value === "string") {
    if ((field === "image" || parent === "images") && /^[\w.-]+([:/][\w./:@-]+)?$/.test(value))
      return [value];
    if (!value.includes("\n")) return [];
    return [...value.matchAll(/^[ -]*image: *["']?([\w./:@-]+)/gm)].flatMap(([, image]) => image ?? []);
  }
  if (Array.isArray(value)) return value.flatMap((item) => references(item, field, parent));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => references(item, key, field));
}

function isPinned(reference: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(reference)) return true;
  // Pulled by nobody: imported into the node, or a name that cannot exist (RFC 6761).
  if (/^(localhost|([\w-]+\.)+invalid)\//.test(reference)) return true;
  const tag = /:([\w.-]+)$/.exec(reference)?.[1] ?? "";
  return /^v?\d+\.\d+\.\d+([.+-].*)?$/.test(tag) || /(^|-)[0-9a-f]{12,}$/.test(tag);
}
