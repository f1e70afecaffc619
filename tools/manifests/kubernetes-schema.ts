import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { kubernetesVersions } from "../../components/versions.ts";
import { CacheFolder } from "../cache-folder.ts";
import { GoModules } from "../go-modules.ts";

/**
 * The OpenAPI v2 document of all built-in Kubernetes types (`api/openapi-spec/swagger.json` of the pinned
 * k8s.io/kubernetes module, about 4 MB), copied into the cache once.
 * @returns its absolute path.
 * @throws ToolError no-go, no-network, interrupted; only while it is not cached.
 */
export async function swaggerPath(
  options: { readonly cache?: CacheFolder; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const cache = options.cache ?? new CacheFolder();
  const file = join(cache.root, "manifests", `kubernetes-${kubernetesVersions[0]}-swagger.json`);
  if (existsSync(file)) return file;
  const run = { signal: options.signal, timeoutMilliseconds: 600_000 };
  const module = await new GoModules("kubernetes").moduleFolder("k8s.io/kubernetes", run);
  const scratch = cache.scratch();
  try {
    const aside = join(scratch, "swagger.json");
    copyFileSync(join(module, "api", "openapi-spec", "swagger.json"), aside);
    mkdirSync(dirname(file), { recursive: true });
    renameSync(aside, file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return file;
}
