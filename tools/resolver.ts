import { dirname } from "node:path";
import { type PublicFile, type ToolName, type ToolRecord, tools } from "../components/versions.ts";
import { CacheFolder } from "./cache-folder.ts";
import { currentPlatform } from "./current-platform.ts";
import { Reachability } from "./reachability.ts";
import { type Resolution, type ResolvedTool, type Route, routes } from "./resolution.ts";
import { buildGroup, buildOf, fromBuild, fromBuildCache } from "./routes/build-route.ts";
import { downloadable, fromDownload, fromDownloadCache } from "./routes/download-route.ts";
import { fromPath } from "./routes/path-route.ts";
import { fromStandIn } from "./routes/stand-in-route.ts";
import { type LongTask, type Renderer, runTasks } from "./task-list.ts";
import { ToolCache } from "./tool-cache.ts";
import { ToolError } from "./tool-error.ts";

export type { ResolvedTool } from "./resolution.ts";

export interface ResolveOptions {
  /** Default: EDGE_LAB_TOOLS, else auto. */
  readonly route?: Route;
  /** Take a download whose sha256 is not pinned. Default: EDGE_LAB_ALLOW_UNPINNED=1. */
  readonly allowUnpinned?: boolean;
  /** Default: lines that change in place in a terminal, else a log. */
  readonly renderer?: Renderer;
  readonly signal?: AbortSignal;
  readonly cache?: CacheFolder;
  readonly environment?: NodeJS.ProcessEnv;
  readonly records?: Readonly<Record<ToolName, ToolRecord>>;
  /** Why nothing is to be taken from PATH, as half a sentence; not given = PATH is looked at first. */
  readonly notFromPath?: string;
  readonly goFolder?: string;
  readonly reachability?: Reachability;
}

/** One tool on its way: what was found, and why the routes before it were not taken. */
interface Search {
  readonly name: ToolName;
  tool?: ResolvedTool;
  error?: ToolError;
  readonly reasons: string[];
}

/**
 * Finds each tool on PATH (if its version fits), else downloads its public release (pinned and verified), else builds
 * it from the pinned Go modules. What was downloaded or built before is taken from the cache; nothing that was not
 * asked for is touched. A wrong checksum ends the search: it is never papered over by another route.
 *
 * @returns the tools in the order asked for, each with the reason for its source.
 * @throws ToolError for the one tool that failed, or one that names all of them; `interrupted` when aborted.
 */
export async function resolveTools(
  names: readonly ToolName[],
  options: ResolveOptions = {},
): Promise<ResolvedTool[]> {
  const resolution = prepare(options);
  const { route } = resolution;
  const searches: Search[] = [...new Set(names)].map((name) => ({ name, reasons: [] }));
  const open = () => searches.filter(({ tool, error }) => tool === undefined && error === undefined);

  if (options.notFromPath !== undefined) {
    for (const one of open()) one.reasons.push(`not taken from PATH: ${options.notFromPath}`);
  } else if (route !== "download" && route !== "build") {
    await Promise.all(open().map((one) => lookOnPath(one, resolution)));
  }
  if (open().length > 0) resolution.cache.requireWritable();
  if (route === "auto" || route === "download") {
    await runTasks(await downloadTasks(open(), resolution), options.renderer);
  }
  if (route === "offline") for (const one of open()) one.reasons.push("offline");
  if (route !== "path" && route !== "download") {
    await runTasks(buildTasks(open(), resolution), options.renderer);
  }
  if (options.signal?.aborted === true) {
    throw new ToolError(
      "interrupted",
      "interrupted; what was finished is kept",
      "Running the same command again resumes.",
    );
  }
  return finish(searches);
}

/** The folders to put before PATH so that the resolved tools are found by name; "" when all were there already. */
export function toolsPath(resolved: readonly ResolvedTool[]): string {
  const folders = resolved.filter(({ source }) => source !== "path").map(({ path }) => dirname(path));
  return [...new Set(folders)].join(":");
}

function prepare(options: ResolveOptions): Resolution {
  const environment = options.environment ?? process.env;
  const cache = options.cache ?? new CacheFolder();
  const route = options.route ?? environment.EDGE_LAB_TOOLS ?? "auto";
  const known = routes.find((name) => name === route);
  if (known === undefined) {
    throw new ToolError(
      "bad-option",
      `EDGE_LAB_TOOLS is "${route}"`,
      `It must be one of ${routes.join(", ")}.`,
    );
  }
  return {
    cache,
    binaries: new ToolCache(cache),
    environment,
    records: options.records ?? tools,
    platform: currentPlatform(),
    route: known,
    allowUnpinned: options.allowUnpinned ?? environment.EDGE_LAB_ALLOW_UNPINNED === "1",
    reachability: options.reachability ?? new Reachability(),
    goFolder: options.goFolder,
    signal: options.signal,
  };
}

async function lookOnPath(search: Search, resolution: Resolution): Promise<void> {
  const answer = await fromPath(search.name, resolution);
  if ("tool" in answer) search.tool = answer.tool;
  else search.reasons.push(answer.refused);
}

/** Decides for each tool whether it can be downloaded; those of one archive are one task. */
async function downloadTasks(searches: readonly Search[], resolution: Resolution): Promise<LongTask[]> {
  const groups = new Map<string, { readonly file: PublicFile; readonly members: Search[] }>();
  for (const search of searches) {
    const cached = fromDownloadCache(search.name, resolution);
    if (cached !== undefined) {
      search.tool = cached;
      continue;
    }
    const answer = await downloadable(search.name, resolution);
    if ("refused" in answer) {
      refuse(search, answer.refused, resolution);
      continue;
    }
    const group = groups.get(answer.file.key) ?? { file: answer.file, members: [] };
    group.members.push(search);
    groups.set(answer.file.key, group);
  }
  return [...groups.values()].map(({ file, members }) => ({
    title: `download ${file.key}`,
    run: (onProgress) =>
      settle(members, resolution, (names) => fromDownload(file, names, resolution, onProgress)),
  }));
}

/** Those of one Go module folder are one task where one `go build` can make them all. */
function buildTasks(searches: readonly Search[], resolution: Resolution): LongTask[] {
  const groups = new Map<string, Search[]>();
  for (const search of searches) {
    const build = buildOf(search.name, resolution);
    if (build === undefined) {
      const tool = fromStandIn(search.name, resolution);
      if (tool === undefined) search.error = new ToolError("no-route", `${search.name} cannot be built`, "");
      else search.tool = tool;
      continue;
    }
    const cached = fromBuildCache(search.name, resolution);
    if (cached !== undefined) {
      search.tool = cached;
      continue;
    }
    const key = buildGroup(search.name, build);
    groups.set(key, [...(groups.get(key) ?? []), search]);
  }
  return [...groups.values()].map((members) => ({
    title: `build ${members.map(({ name }) => `${name} ${resolution.records[name].buildVersion}`).join(", ")}`,
    run: (onProgress) =>
      settle(members, resolution, (names) => fromBuild(names, resolution, onProgress), "last"),
  }));
}

/** Runs one route for a group. A failure is kept as a reason when another route may follow, else as the error. */
async function settle(
  members: readonly Search[],
  resolution: Resolution,
  run: (names: readonly ToolName[]) => Promise<ResolvedTool[]>,
  last?: "last",
): Promise<void> {
  try {
    resolution.signal?.throwIfAborted();
    const found = await run(members.map(({ name }) => name));
    for (const search of members) search.tool = found.find(({ name }) => name === search.name);
  } catch (error) {
    const failure =
      error instanceof ToolError ? error : new ToolError("no-route", String(error), "", { cause: error });
    for (const search of members) refuse(search, failure, resolution, last);
    throw failure;
  }
}

function refuse(search: Search, failure: ToolError, resolution: Resolution, last?: "last"): void {
  const final = last === "last" || resolution.route === "download" || failure.code === "checksum";
  if (final) search.error = failure;
  else search.reasons.push(failure.summary);
}

function finish(searches: readonly Search[]): ResolvedTool[] {
  const resolved: ResolvedTool[] = [];
  const failures: { readonly search: Search; readonly error: ToolError }[] = [];
  for (const search of searches) {
    const { tool, reasons, name } = search;
    if (tool !== undefined) {
      const because = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
      resolved.push({ ...tool, note: `${tool.note}${because}` });
      continue;
    }
    const error =
      search.error ??
      new ToolError(
        "no-route",
        `${name}: ${reasons.join("; ")}`,
        "Put it on PATH, or let EDGE_LAB_TOOLS be auto.",
      );
    failures.push({ search, error });
  }
  const [first] = failures;
  if (first === undefined) return resolved;
  const messages = [...new Set(failures.map(({ error }) => error.message))];
  if (messages.length === 1) throw first.error;
  const names = failures.map(({ search }) => search.name).join(", ");
  throw new ToolError(first.error.code, `cannot get ${names}:\n${messages.join("\n")}`, "");
}
