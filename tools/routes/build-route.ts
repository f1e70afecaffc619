import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ToolName } from "../../components/versions.ts";
import { BuildProgress } from "../build-progress.ts";
import { requireDiskSpace } from "../disk-space.ts";
import { GoModules, type GoRun } from "../go-modules.ts";
import { withProcessLock } from "../process-lock.ts";
import { type GoBuild, recipes } from "../recipes.ts";
import type { Resolution, ResolvedTool } from "../resolution.ts";
import { ToolError } from "../tool-error.ts";
import { embeddedText } from "./embedded-text.ts";

const minute = 60_000;

/** Generous: a cold build of Kubernetes on a slow two-core machine. */
const buildTimeout = 60 * minute;

/** @returns the tool when it was built before from these very sources with these flags. */
export function fromBuildCache(name: ToolName, resolution: Resolution): ResolvedTool | undefined {
  if (buildOf(name, resolution) === undefined) return undefined;
  const { buildVersion } = resolution.records[name];
  const wanted = { source: "build", key: cacheKey(name, resolution) } as const;
  const origin = resolution.binaries.find(name, buildVersion, wanted);
  return origin && resolved(name, resolution, origin.note);
}

/** How this version of a tool is built; undefined when it cannot be. */
export function buildOf(name: ToolName, { records }: Resolution): GoBuild | undefined {
  return recipes[name].build?.(records[name].buildVersion);
}

/**
 * Tools with the same key are built by one `go build`. One whose package has another name than the tool is built alone:
 * go names the binaries of one command after their packages (two of Cluster API's are called "kubeadm").
 */
export function buildGroup(name: ToolName, build: GoBuild): string {
  const alone = build.package.split("/").at(-1) === name ? "" : name;
  return `${build.goModules} ${build.linkerFlags} ${alone}`;
}

/** What decides the binary's bytes: pinned modules, our own sources beside them, flags, version, platform. */
function cacheKey(name: ToolName, resolution: Resolution): string {
  const build = buildOf(name, resolution);
  if (build === undefined) throw new ToolError("no-route", `${name} cannot be built`, "");
  const modules = goModules(build, resolution);
  const hash = createHash("sha256").update(modules.fingerprint);
  const { buildVersion } = resolution.records[name];
  hash.update(JSON.stringify([build, buildVersion, resolution.platform]));
  for (const source of goSources(modules.folder)) hash.update(readFileSync(join(modules.folder, source)));
  return hash.digest("hex");
}

const goSources = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".go"))
    .sort();

function goModules(build: GoBuild, resolution: Resolution): GoModules {
  const offline = resolution.route === "offline" ? { GOPROXY: "off" } : {};
  const environment = { ...resolution.environment, ...offline };
  return new GoModules(build.goModules, { parent: resolution.goFolder, environment });
}

function resolved(name: ToolName, resolution: Resolution, note: string): ResolvedTool {
  const version = resolution.records[name].buildVersion;
  return { name, version, path: resolution.binaries.path(name, version), source: "build", note };
}

/**
 * Builds tools of one Go module folder with one `go build`, into a scratch folder first. Go keeps what it has compiled,
 * so an interrupted build goes on where it ended; two processes do not build the same folder at once.
 *
 * @param names tools with the same buildGroup.
 * @throws ToolError no-go, disk-full, no-network, build-failed, interrupted.
 */
export async function fromBuild(
  names: readonly ToolName[],
  resolution: Resolution,
  onProgress: (line: string) => void,
): Promise<ResolvedTool[]> {
  const [build] = names.flatMap((name) => buildOf(name, resolution) ?? []);
  if (build === undefined) throw new ToolError("no-route", `${names.join(", ")} cannot be built`, "");
  const modules = goModules(build, resolution);
  const { signal, cache } = resolution;
  const what = `building ${names.join(", ")}`;
  return withProcessLock(cache.lock(build.goModules), { what, signal, onWait: onProgress }, async () => {
    // Another process may have built them while this one waited.
    const missing = names.filter((name) => fromBuildCache(name, resolution) === undefined);
    if (missing.length > 0) {
      await modules.requireGo({ signal, timeoutMilliseconds: minute });
      await requireDiskSpace(cache.existingParent, build.diskMegabytes, what, resolution.environment);
      await buildInto(missing, build, modules, resolution, onProgress);
    }
    return names.flatMap((name) => fromBuildCache(name, resolution) ?? []);
  });
}

async function buildInto(
  names: readonly ToolName[],
  build: GoBuild,
  modules: GoModules,
  resolution: Resolution,
  onProgress: (line: string) => void,
): Promise<void> {
  const scratch = resolution.cache.scratch();
  const progress = new BuildProgress(onProgress);
  const run: GoRun = {
    signal: resolution.signal,
    timeoutMilliseconds: buildTimeout,
    onLine: (line) => progress.take(line),
  };
  try {
    const output = join(scratch, "bin");
    mkdirSync(output);
    const packages = names.flatMap((name) => buildOf(name, resolution)?.package ?? []);
    const [first] = names;
    // With one package the name is said: go would call etcd's "server".
    const target = names.length === 1 && first !== undefined ? join(output, first) : `${output}/`;
    const args = ["build", "-v", "-o", target, "-ldflags", build.linkerFlags, ...packages];
    const folder = await sourceFolder(names, build, modules, resolution, scratch, run);
    await modules.run(args, run, folder);
    for (const name of names) {
      const note = `built from tools/go/${build.goModules}`;
      const origin = { source: "build", key: cacheKey(name, resolution), note } as const;
      resolution.binaries.put(name, resolution.records[name].buildVersion, join(output, name), origin);
    }
  } finally {
    progress.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Where go runs: the module folder itself, or, for sources of ours that need files of another module, a copy of the
 * folder with those files beside the sources (git holds only our few lines, not the megabytes that they embed).
 */
async function sourceFolder(
  names: readonly ToolName[],
  build: GoBuild,
  modules: GoModules,
  resolution: Resolution,
  scratch: string,
  run: GoRun,
): Promise<string> {
  const [name] = names;
  if (build.embeds === undefined || name === undefined) return modules.folder;
  const folder = join(scratch, "source");
  cpSync(modules.folder, folder, { recursive: true });
  const from = join(await modules.moduleFolder(build.embeds.module, run), build.embeds.folder);
  const version = resolution.records[name].buildVersion.replace(/^v/, "");
  for (const [file, how] of Object.entries(build.embeds.files)) {
    const content = readFileSync(join(from, file), "utf8");
    writeFileSync(join(folder, file), embeddedText(content, how, version));
  }
  return folder;
}
