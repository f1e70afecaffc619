import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CacheFolder } from "./cache-folder.ts";

/** Where a cached binary came from. `key` is all that decides its bytes: a hash for a download, the inputs of a build. */
export interface Origin {
  readonly source: "download" | "build" | "stand-in";
  readonly key: string;
  readonly note: string;
}

/** Finished binaries at `bin/<tool>/<version>/<tool>`, each with a record of its origin beside it. */
export class ToolCache {
  readonly #cache: CacheFolder;

  constructor(cache: CacheFolder) {
    this.#cache = cache;
  }

  path(name: string, version: string): string {
    return join(this.#cache.tool(name, version), name);
  }

  /** @returns the origin when exactly this source and key is cached. */
  find(name: string, version: string, wanted: Omit<Origin, "note">): Origin | undefined {
    if (!existsSync(this.path(name, version))) return undefined;
    try {
      const origin = JSON.parse(readFileSync(this.#record(name, version), "utf8")) as Origin;
      return origin.source === wanted.source && origin.key === wanted.key ? origin : undefined;
    } catch {
      return undefined;
    }
  }

  /** Moves a finished file in. The record goes first and comes last, so an interrupt in between means "not cached". */
  put(name: string, version: string, file: string, origin: Origin): void {
    const folder = this.#cache.tool(name, version);
    mkdirSync(folder, { recursive: true });
    rmSync(this.#record(name, version), { force: true });
    chmodSync(file, 0o755);
    renameSync(file, this.path(name, version));
    const aside = join(folder, `.origin-${process.pid}`);
    writeFileSync(aside, `${JSON.stringify(origin, undefined, 2)}\n`);
    renameSync(aside, this.#record(name, version));
  }

  #record(name: string, version: string): string {
    return join(this.#cache.tool(name, version), "origin.json");
  }
}
