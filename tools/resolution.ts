import type { Platform, ToolName, ToolRecord } from "../components/versions.ts";
import type { CacheFolder } from "./cache-folder.ts";
import type { Reachability } from "./reachability.ts";
import type { ToolCache } from "./tool-cache.ts";

/** auto = PATH, else download, else build; the others force one. offline = auto without any network, Go's proxy included. */
export const routes = ["auto", "path", "download", "build", "offline"] as const;
export type Route = (typeof routes)[number];

/** A tool that was found or made. */
export interface ResolvedTool {
  readonly name: ToolName;
  readonly version: string;
  /** Absolute path of the executable. */
  readonly path: string;
  readonly source: "path" | "download" | "build";
  /** Why this source, in one line. */
  readonly note: string;
}

/** What every route needs to know of one call of resolveTools. */
export interface Resolution {
  readonly cache: CacheFolder;
  readonly binaries: ToolCache;
  readonly environment: NodeJS.ProcessEnv;
  readonly records: Readonly<Record<ToolName, ToolRecord>>;
  readonly platform: Platform;
  readonly route: Route;
  readonly allowUnpinned: boolean;
  readonly reachability: Reachability;
  /** The folder that holds the Go module folders; undefined = tools/go. */
  readonly goFolder: string | undefined;
  readonly signal: AbortSignal | undefined;
}
