import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabConfig } from "../../config/index.ts";
import { imageReference } from "../../kubernetes/image-reference.ts";
import { images } from "../../versions.ts";
import { buildContext } from "./build-context.ts";
import type { ImageJob } from "./image-job.ts";

const projectFolder = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The emulator's image that a lab builds, known before anything is built: its tag is a hash of all that decides what is in it.
 * It reads files of the project and runs nothing. Undefined for a lab that builds none.
 */
export function plannedImage(config: Pick<LabConfig, "emulator" | "versions">): ImageJob | undefined {
  const { build } = config.emulator;
  if (build === undefined) return undefined;
  const { engine, ssh, sudo, workFolder, caFile } = build;
  const { to, socket, repository } = build.deliver;
  const base = build.base ?? imageReference(config, "redfish-emulator-base");
  const hash = createHash("sha256")
    .update(JSON.stringify([buildContext(projectFolder).hash, base, base === "debian" ? nodeRelease() : ""]))
    .digest("hex")
    .slice(0, 12);
  const name =
    repository ??
    config.versions.images["redfish-emulator"]?.repository ??
    images["redfish-emulator"].repository;
  return {
    reference: `${name}:${hash}`,
    hash,
    build: { engine, ssh, sudo, workFolder, base, caFile },
    deliver: { to, socket, ssh: build.deliver.ssh, sudo: build.deliver.sudo },
  };
}

/** Of the package whose program goes into a base that is made here. */
function nodeRelease(): string {
  const lock = JSON.parse(readFileSync(join(projectFolder, "package-lock.json"), "utf8")) as {
    readonly packages?: Readonly<Record<string, { readonly version?: string }>>;
  };
  return lock.packages?.["node_modules/node"]?.version ?? "";
}
