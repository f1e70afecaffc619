import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { execa } from "execa";
import type { ToolName } from "../../components/versions.ts";
import { versionMisfit } from "../path-rule.ts";
import { recipes } from "../recipes.ts";
import type { Resolution, ResolvedTool } from "../resolution.ts";

const probeTimeout = 10_000;

/** A folder with this file holds scripts of ours that call a tool: taken for the tool, one would call itself for ever. */
export const WRAPPERS_MARK = ".edge-lab-wrappers";

/** The tool on PATH, or why there is none to take, as half a sentence. */
export type PathAnswer = { readonly tool: ResolvedTool } | { readonly refused: string };

/**
 * Looks for a tool on PATH: the first executable of its name, as a shell would find it, outside our own cache and
 * outside folders of our own wrappers (`sim env` puts one on PATH). It is taken only when the version that it prints fits the tool's rule (recipes.ts).
 */
export async function fromPath(name: ToolName, resolution: Resolution): Promise<PathAnswer> {
  const file = findExecutable(name, resolution);
  if (file === undefined) return { refused: "not on PATH" };
  const { pathRule, versionArguments } = recipes[name];
  if (pathRule.kind === "beside") {
    const other = await fromPath(pathRule.tool, resolution);
    if (!("tool" in other) || dirname(other.tool.path) !== dirname(file)) {
      return { refused: `${file} does not lie beside a ${pathRule.tool} that was taken from PATH` };
    }
    const note = `on PATH beside ${pathRule.tool}`;
    return { tool: { name, version: other.tool.version, path: file, source: "path", note } };
  }
  if (versionArguments === undefined) return { refused: `${file} cannot be asked for its version` };
  const version = await askVersion(file, versionArguments, resolution);
  if (version === undefined) return { refused: `${file} does not tell its version` };
  const misfit = versionMisfit(pathRule, version, resolution.records[name].version);
  if (misfit !== undefined) return { refused: `${file} is ${version}, ${misfit}` };
  return { tool: { name, version, path: file, source: "path", note: "on PATH, and its version fits" } };
}

function findExecutable(name: string, resolution: Resolution): string | undefined {
  for (const folder of (resolution.environment.PATH ?? "").split(delimiter)) {
    if (!isAbsolute(folder) || existsSync(join(folder, WRAPPERS_MARK))) continue;
    const file = join(folder, name);
    if (resolution.cache.contains(file) || !isExecutable(file)) continue;
    return file;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function askVersion(
  file: string,
  args: readonly string[],
  resolution: Resolution,
): Promise<string | undefined> {
  const result = await execa(file, args, {
    env: {
      ...resolution.environment,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      CLUSTERCTL_DISABLE_VERSIONCHECK: "true",
    },
    extendEnv: false,
    stdin: "ignore",
    timeout: probeTimeout,
    reject: false,
    ...(resolution.signal === undefined ? {} : { cancelSignal: resolution.signal }),
  });
  resolution.signal?.throwIfAborted();
  const match = /\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?/.exec(`${result.stdout ?? ""}`);
  return result.failed || match === null ? undefined : `v${match[0]}`;
}
