import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ProgramError } from "../errors/program-error.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { parseManifest } from "../manifests/parse-manifest.ts";

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The objects of a pod network's manifest.
 *
 * @param file path from the project's folder, or absolute.
 * @throws ProgramError when the file cannot be read; ManifestError when it holds something else than Kubernetes objects.
 */
export function podNetworkObjects(file: string): readonly PlainObject[] {
  const path = resolve(projectFolder, file);
  try {
    return parseManifest(readFileSync(path, "utf8"), file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw new ProgramError(
      `edge-lab:clusters[].cni.file: ${path} cannot be read (${code}). Fix: name a manifest in the project's folder.`,
    );
  }
}
