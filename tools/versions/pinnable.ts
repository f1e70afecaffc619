import {
  images,
  kubernetesTools,
  kubernetesVersions,
  manifests,
  type Platform,
  type ToolRecord,
  tools,
} from "../../components/versions.ts";
import { imageManifestUrl } from "./image-digest.ts";

/** One thing that can be pinned: a key in the table of hashes, and where its content is. */
export interface Pinnable {
  readonly kind: "manifest" | "tool" | "image";
  readonly key: string;
  readonly url: string;
  /** What is recorded now; "" = not pinned. */
  readonly hash: string;
}

/**
 * Everything of components/versions.ts that has a public source.
 *
 * @param platforms whose tool downloads are wanted; files that several tools share come once.
 */
export function pinnables(platforms: readonly Platform[]): Pinnable[] {
  const found = new Map<string, Pinnable>();
  for (const { name, version, url, sha256 } of Object.values(manifests)) {
    const key = `${name}@${version}`;
    found.set(key, { kind: "manifest", key, url, hash: sha256 });
  }
  const nodes = kubernetesVersions.flatMap((version): ToolRecord[] =>
    Object.values(kubernetesTools(version)),
  );
  for (const { files } of [...Object.values(tools), ...nodes]) {
    for (const platform of platforms) {
      const file = files[platform];
      if (file !== undefined) {
        found.set(file.key, { kind: "tool", key: file.key, url: file.url, hash: file.sha256 });
      }
    }
  }
  for (const { repository, tag, digest } of Object.values(images)) {
    // Built here, held by no registry.
    if (repository.startsWith("localhost/")) continue;
    const key = `${repository}:${tag}`;
    found.set(key, { kind: "image", key, url: imageManifestUrl(repository, tag), hash: digest });
  }
  return [...found.values()];
}
