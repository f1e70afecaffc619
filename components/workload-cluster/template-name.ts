import { createHash } from "node:crypto";

/** JSON with sorted keys: the same value always gives the same text, whatever order it was written in. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/**
 * Name of a template: `<prefix>-<8 hex digits of the sha256 of its spec>`.
 *
 * Cluster API takes templates as immutable: KubeadmControlPlaneTemplate refuses a change, and an edit of the others is
 * accepted and then noticed by nobody, since machines roll when a *reference* changes. So new content is a new object
 * with a new name, to which the ClusterClass is pointed in place; Pulumi makes the new one first and deletes the old
 * one last. What differs from one Kubernetes version to the next (version, images) is therefore in no template: those
 * are the Cluster's topology version and variables, so an upgrade changes no name here.
 *
 * @param spec plain JSON data; keys whose value is undefined do not count.
 */
export function templateName(prefix: string, spec: unknown): string {
  return `${prefix}-${createHash("sha256").update(canonical(spec)).digest("hex").slice(0, 8)}`;
}
