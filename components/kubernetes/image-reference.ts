import type { LabConfig } from "../config/index.ts";
import { type ImageName, images } from "../versions.ts";

/** A container image of components/versions.ts with the lab's overrides: `repository:tag`, by digest where it is pinned. */
export function imageReference(config: Pick<LabConfig, "versions">, name: ImageName): string {
  const override = config.versions.images[name] ?? {};
  const record = images[name];
  const repository = override.repository ?? record.repository;
  const tag = override.tag ?? record.tag;
  // The table's digest belongs to the table's image.
  const same = repository === record.repository && tag === record.tag;
  const digest = override.digest ?? (same ? record.digest : "");
  return digest === "" ? `${repository}:${tag}` : `${repository}:${tag}@${digest}`;
}
