import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ToolName } from "../../components/versions.ts";
import { recipes } from "../recipes.ts";
import type { Resolution, ResolvedTool } from "../resolution.ts";

const standIns = join(dirname(dirname(fileURLToPath(import.meta.url))), "standins");

/**
 * Puts a program of ours in the place of a tool that can neither be downloaded nor built: an executable of the tool's
 * name that starts it with this very Node, since another one on PATH may be too old for TypeScript.
 *
 * @returns undefined when there is no stand-in for the tool.
 */
export function fromStandIn(name: ToolName, resolution: Resolution): ResolvedTool | undefined {
  const { standIn } = recipes[name];
  if (standIn === undefined) return undefined;
  const { version } = resolution.records[name];
  const main = join(standIns, standIn, "main.ts");
  const script = `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(main)} "$@"\n`;
  const key = createHash("sha256").update(script).digest("hex");
  const note = `a stand-in of ours for ${name} ${version}, tools/standins/${standIn}`;
  const path = resolution.binaries.path(name, version);
  if (resolution.binaries.find(name, version, { source: "stand-in", key }) === undefined) {
    const scratch = resolution.cache.scratch();
    const file = join(scratch, name);
    writeFileSync(file, script);
    resolution.binaries.put(name, version, file, { source: "stand-in", key, note });
    rmSync(scratch, { recursive: true, force: true });
  }
  return { name, version, path, source: "build", note };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
