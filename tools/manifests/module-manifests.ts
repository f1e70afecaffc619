import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type ManifestName, manifests } from "../../components/versions.ts";
import { CacheFolder } from "../cache-folder.ts";
import { GoModules } from "../go-modules.ts";
import { withProcessLock } from "../process-lock.ts";
import { type ConversionWebhook, readCustomResourceDefinitions } from "./custom-resource-definitions.ts";
import { type ModuleSource, moduleSources } from "./module-source.ts";

/** Raise when the same sources would be rendered differently. */
const format = "1";

const minute = 60_000;

export interface ModuleManifestOptions {
  readonly cache?: CacheFolder;
  /** Another folder than the cache's `manifests/modules`; needed by whoever asks for conversion webhooks. */
  readonly dir?: string;
  /**
   * The conversion webhook of a project's CRDs. Not given = none: in this lab no controller answers webhooks yet, and
   * a CRD that points at nobody could not be read in any version.
   */
  readonly conversion?: (name: ManifestName) => ConversionWebhook | undefined;
  readonly signal?: AbortSignal;
  /** One line of progress. */
  readonly onProgress?: (line: string) => void;
}

export interface ModuleManifests {
  readonly dir: string;
  /** Absolute path of `<name>-<version>.yaml`, by name. */
  readonly files: Readonly<Record<ManifestName, string>>;
}

/**
 * Makes one YAML file per release manifest out of the pinned Go modules: the namespace and the custom resource
 * definitions, sorted, the same bytes every time. What a file lacks beside the release is in versions.ts (moduleNote).
 *
 * Needs Go and a Go module proxy (or a warm module cache) the first time; after that the cached files are returned
 * without starting anything, until a pinned version changes.
 * @throws ToolError no-go, no-network, build-failed, interrupted.
 */
export async function renderModuleManifests(options: ModuleManifestOptions = {}): Promise<ModuleManifests> {
  const cache = options.cache ?? new CacheFolder();
  const dir = options.dir ?? cache.manifests("modules");
  const paths = moduleSources.map(({ name }) => [name, join(dir, `${name}-${manifests[name].version}.yaml`)]);
  const files = Object.fromEntries(paths) as Record<ManifestName, string>;
  const key = cacheKey(options);
  const keyFile = join(dir, ".key");
  const fresh = () =>
    existsSync(keyFile) &&
    readFileSync(keyFile, "utf8") === key &&
    Object.values(files).every((file) => existsSync(file));
  if (fresh()) return { dir, files };

  await withProcessLock(
    cache.lock("module-manifests"),
    {
      what: "making custom resource definitions from Go modules",
      signal: options.signal,
      onWait: options.onProgress,
    },
    async () => {
      if (fresh()) return;
      const scratch = cache.scratch();
      try {
        mkdirSync(dir, { recursive: true });
        rmSync(keyFile, { force: true });
        for (const source of moduleSources) {
          options.onProgress?.(`${source.name} ${manifests[source.name].version}`);
          const text = await render(source, scratch, options);
          const aside = join(scratch, `${source.name}.yaml`);
          writeFileSync(aside, text);
          renameSync(aside, files[source.name]);
        }
        // Last, so that an interrupted run is done again.
        writeFileSync(keyFile, key);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  );
  return { dir, files };
}

function cacheKey(options: ModuleManifestOptions): string {
  const hash = createHash("sha256").update(format);
  for (const source of moduleSources) {
    hash.update(
      JSON.stringify([source, manifests[source.name].version, options.conversion?.(source.name) ?? null]),
    );
    hash.update(new GoModules(source.goModules).fingerprint);
  }
  return hash.digest("hex");
}

async function render(
  source: ModuleSource,
  scratch: string,
  options: ModuleManifestOptions,
): Promise<string> {
  const modules = new GoModules(source.goModules);
  const run = { signal: options.signal, timeoutMilliseconds: 10 * minute, onLine: options.onProgress };
  let folder: string;
  if (source.layout === "go-types") {
    // `go tool` runs exactly the version that go.mod pins: another controller-gen would make other bytes.
    folder = join(scratch, source.name);
    const target = `${source.module}/${source.folder}`;
    await modules.run(["tool", "controller-gen", "crd", `paths=${target}`, `output:crd:dir=${folder}`], run);
  } else {
    folder = join(await modules.moduleFolder(source.module, run), source.folder);
  }
  const crds = readCustomResourceDefinitions(folder, source.labels, options.conversion?.(source.name));
  crds.sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  const namespaceLabels = { ...source.namespaceLabels, ...source.labels };
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: source.namespace,
      ...(Object.keys(namespaceLabels).length === 0 ? {} : { labels: namespaceLabels }),
    },
  };
  const head = [
    `# ${source.name} ${manifests[source.name].version}: ${manifests[source.name].moduleNote}.`,
    `# Source: Go module ${modules.pinned(source.module)}, ${source.folder}. Made by edge-lab; do not edit.`,
  ];
  // YAML 1.1 rules for quoting, since Go's parsers still take a bare `off` for a boolean.
  const text = [namespace, ...crds].map((object) =>
    stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${head.join("\n")}\n---\n${text.join("---\n")}`;
}
