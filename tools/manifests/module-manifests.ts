import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type ManifestName, type ModuleScope, manifests, tools } from "../../components/versions.ts";
import { CacheFolder } from "../cache-folder.ts";
import { GoModules, type GoRun } from "../go-modules.ts";
import { withProcessLock } from "../process-lock.ts";
import { readCustomResourceDefinitions } from "./custom-resource-definitions.ts";
import { type ModuleSource, moduleSources } from "./module-source.ts";
import { buildRelease } from "./release-kustomization.ts";

/** Raise when the same sources would be rendered differently. */
const format = "2";

const minute = 60_000;

export interface ModuleManifestOptions {
  readonly cache?: CacheFolder;
  /** Default: definitions. Each scope has its own files. */
  readonly scope?: ModuleScope;
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
 * Makes one YAML file per release manifest out of the pinned Go modules, the same bytes every time.
 *
 * - `definitions`: the namespace and the custom resource definitions, without conversion webhooks: what a cluster needs
 *   in which no controller runs.
 * - `complete`: what the project's release holds, made as the project makes it: `kustomize build` of the kustomization in
 *   its module, with the release's image. As in a release, Cluster API's variables (`${CLUSTER_TOPOLOGY:=false}`) are left
 *   to whoever applies it. For modules that hold only definitions it is those.
 *
 * What a file lacks beside the release is in versions.ts (moduleNotes). Needs Go and a Go module proxy (or a warm module
 * cache) the first time; after that the cached files are returned without starting anything, until a pinned version
 * changes.
 * @throws ToolError no-go, no-network, build-failed, interrupted.
 */
export async function renderModuleManifests(options: ModuleManifestOptions = {}): Promise<ModuleManifests> {
  const cache = options.cache ?? new CacheFolder();
  const scope = options.scope ?? "definitions";
  const dir = cache.moduleManifests(scope);
  const paths = moduleSources.map(({ name }) => [name, join(dir, `${name}-${manifests[name].version}.yaml`)]);
  const files = Object.fromEntries(paths) as Record<ManifestName, string>;
  const key = cacheKey(scope);
  const keyFile = join(dir, ".key");
  const fresh = () =>
    existsSync(keyFile) &&
    readFileSync(keyFile, "utf8") === key &&
    Object.values(files).every((file) => existsSync(file));
  if (fresh()) return { dir, files };

  await withProcessLock(
    cache.lock("module-manifests"),
    {
      what: "making manifests from Go modules",
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
          const text = await render(source, scope, { cache, scratch, ...options });
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

function cacheKey(scope: ModuleScope): string {
  const hash = createHash("sha256").update(format);
  hash.update(JSON.stringify([scope, tools.kustomize.version, tools.kustomize.buildVersion]));
  for (const source of moduleSources) {
    hash.update(JSON.stringify([source, manifests[source.name].version]));
    hash.update(new GoModules(source.goModules).fingerprint);
  }
  return hash.digest("hex");
}

interface Rendering extends Pick<ModuleManifestOptions, "signal" | "onProgress"> {
  readonly cache: CacheFolder;
  readonly scratch: string;
}

async function render(source: ModuleSource, scope: ModuleScope, rendering: Rendering): Promise<string> {
  const { name, release } = source;
  const { version, moduleNotes } = manifests[name];
  const modules = new GoModules(source.goModules);
  const run = { signal: rendering.signal, timeoutMilliseconds: 10 * minute, onLine: rendering.onProgress };
  const complete = scope === "complete" && release !== undefined;
  const text = complete
    ? await buildRelease(release, await modules.moduleFolder(source.module, run), version, rendering)
    : await renderDefinitions(source, modules, run, rendering.scratch);
  const folder = complete ? release.root : source.folder;
  const head = [
    `# ${name} ${version}: ${moduleNotes[scope] || "all that the release holds"}.`,
    `# Source: Go module ${modules.pinned(source.module)}, ${folder}. Made by edge-lab; do not edit.`,
  ];
  return `${head.join("\n")}\n---\n${text}`;
}

async function renderDefinitions(
  source: ModuleSource,
  modules: GoModules,
  run: GoRun,
  scratch: string,
): Promise<string> {
  let folder: string;
  if (source.layout === "go-types") {
    // `go tool` runs exactly the version that go.mod pins: another controller-gen would make other bytes.
    folder = join(scratch, source.name);
    const target = `${source.module}/${source.folder}`;
    await modules.run(["tool", "controller-gen", "crd", `paths=${target}`, `output:crd:dir=${folder}`], run);
  } else {
    folder = join(await modules.moduleFolder(source.module, run), source.folder);
  }
  const crds = readCustomResourceDefinitions(folder, source.labels);
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
  // YAML 1.1 rules for quoting, since Go's parsers still take a bare `off` for a boolean.
  const texts = [namespace, ...crds].map((object) =>
    stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return texts.join("---\n");
}
