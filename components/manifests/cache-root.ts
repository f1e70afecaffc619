import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The folder for what can be downloaded or built again: EDGE_LAB_CACHE, else `.edge-lab/cache` in the repository. */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment.EDGE_LAB_CACHE;
  return chosen ? resolve(chosen) : join(repository, ".edge-lab", "cache");
}
