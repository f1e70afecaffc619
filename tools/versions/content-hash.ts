import { rmSync } from "node:fs";
import { join } from "node:path";
import type { CacheFolder } from "../cache-folder.ts";
import { download } from "../download.ts";
import type { Reachability } from "../reachability.ts";
import { ToolError } from "../tool-error.ts";
import { imageDigest } from "./image-digest.ts";
import type { Pinnable } from "./pinnable.ts";

export interface ContentHashOptions {
  readonly cache: CacheFolder;
  readonly reachability: Reachability;
  readonly signal?: AbortSignal;
}

/**
 * Fetches what is public under an item's URL now and computes its hash; nothing of it is kept.
 *
 * @returns hex sha256 of a file, `sha256:<hex>` for an image.
 * @throws ToolError no-network, http, interrupted.
 */
export async function contentHash(item: Pinnable, options: ContentHashOptions): Promise<string> {
  const unreachable = await options.reachability.check(item.url);
  if (unreachable !== undefined) throw new ToolError("no-network", unreachable, "");
  if (item.kind === "image") return imageDigest(item.url, options.signal);
  const scratch = options.cache.scratch();
  try {
    return await download(item.url, join(scratch, "file"), { signal: options.signal });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
