import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import type { CacheFolder } from "../cache-folder.ts";
import { resolveTools } from "../resolver.ts";
import { ToolError } from "../tool-error.ts";
import type { ReleaseKustomization } from "./module-source.ts";

const buildTimeout = 120_000;

export interface BuildReleaseOptions {
  readonly cache: CacheFolder;
  /** A folder for unfinished work; whoever made it removes it. */
  readonly scratch: string;
  readonly signal?: AbortSignal;
  /** One line of progress. */
  readonly onProgress?: (line: string) => void;
}

/**
 * The manifest of a release as its project makes it (`make release-manifests`): `kustomize build` of the kustomization in
 * its sources, after the image has got its released name and tag and the pull policy IfNotPresent. Projects edit files in
 * place for the latter; here an overlay says it, and the sources stay as they are.
 *
 * Nothing is fetched: the kustomizations name only files beside them, and without PATH kustomize finds no git.
 * @param module folder of the module's sources.
 * @param version of the release, the image's tag.
 * @returns YAML documents.
 * @throws ToolError build-failed with kustomize's own words, interrupted; what resolveTools throws.
 */
export async function buildRelease(
  release: ReleaseKustomization,
  module: string,
  version: string,
  { cache, scratch, signal, onProgress }: BuildReleaseOptions,
): Promise<string> {
  onProgress?.("kustomize");
  const [kustomize] = await resolveTools(["kustomize"], {
    cache,
    renderer: "silent",
    ...(signal === undefined ? {} : { signal }),
  });
  if (kustomize === undefined) throw new ToolError("no-route", "kustomize was not resolved", "");
  const folder = mkdtempSync(join(scratch, "kustomize-"));
  // Folders of Go's module cache are read-only and may lie anywhere; kustomize wants relative paths.
  cpSync(join(module, release.root), join(folder, "source"), { recursive: true });
  mkdirSync(join(folder, "overlay"));
  writeFileSync(join(folder, "overlay", "kustomization.yaml"), stringify(overlay(release, version)));
  const result = await execa(kustomize.path, ["build", join(folder, "overlay")], {
    env: { PATH: "" },
    extendEnv: false,
    stdin: "ignore",
    timeout: buildTimeout,
    stripFinalNewline: false,
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (!result.failed) return result.stdout;
  if (result.isCanceled) {
    throw new ToolError(
      "interrupted",
      "kustomize was interrupted",
      "Running the same command again resumes.",
    );
  }
  throw new ToolError(
    "build-failed",
    `kustomize build of ${module}/${release.root} failed: ${result.stderr || result.shortMessage}`,
    "The module's version and tools/manifests/module-source.ts must fit together.",
  );
}

function overlay({ entry, image }: ReleaseKustomization, version: string): unknown {
  return {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [join("..", "source", entry)],
    images: [{ name: image.source, newName: image.release, newTag: version }],
    patches: [
      {
        target: { kind: "Deployment" },
        patch: stringify([
          {
            op: "add",
            path: "/spec/template/spec/containers/0/imagePullPolicy",
            value: "IfNotPresent",
          },
        ]),
      },
    ],
  };
}
