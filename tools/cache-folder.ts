import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModuleScope } from "../components/versions.ts";
import { ToolError } from "./tool-error.ts";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The folder that keeps what was downloaded or built: `.edge-lab/cache` in the repository, or EDGE_LAB_CACHE.
 *
 * A finished file only ever appears under its final name by a rename out of a scratch folder of the same file system,
 * so a reader never sees half a file and an interrupt leaves nothing that looks complete.
 */
export class CacheFolder {
  readonly root: string;

  constructor(root: string = process.env.EDGE_LAB_CACHE || join(repository, ".edge-lab", "cache")) {
    this.root = resolve(root);
  }

  /**
   * Makes the folder where it is missing.
   * @throws ToolError bad-option when it cannot be made or written to.
   */
  requireWritable(): void {
    try {
      // One level after the other: mkdir's own recursion never ends below /proc (Node 22).
      const missing: string[] = [];
      for (let folder = this.root; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
      for (const folder of missing) if (!existsSync(folder)) mkdirSync(folder);
      readdirSync(this.root);
      accessSync(this.root, constants.W_OK);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ToolError(
        "bad-option",
        `the cache folder ${this.root} cannot be used: ${reason}`,
        "Fix: set EDGE_LAB_CACHE to a folder that you may write to, or unset it for .edge-lab/cache here.",
        { cause },
      );
    }
  }

  /** Folder of one version of one tool: `bin/<tool>/<version>`. */
  tool(name: string, version: string): string {
    return join(this.root, "bin", name, version);
  }

  /** Where the manifests made from Go modules lie. */
  moduleManifests(scope: ModuleScope): string {
    return join(this.root, "manifests", "modules", scope);
  }

  lock(name: string): string {
    return join(this.root, "locks", `${name}.lock`);
  }

  /** True for a path inside the cache: what we put on PATH ourselves must not be taken for the user's own tool. */
  contains(path: string): boolean {
    return resolve(path).startsWith(`${this.root}/`);
  }

  /** A new, empty folder for unfinished work, named after this process so that leftovers can be told from live work. */
  scratch(): string {
    const parent = join(this.root, "scratch");
    mkdirSync(parent, { recursive: true });
    for (const name of readdirSync(parent)) {
      const owner = Number(name.split("-", 1)[0]);
      if (!isAlive(owner)) rmSync(join(parent, name), { recursive: true, force: true });
    }
    const folder = join(parent, `${process.pid}-${randomBytes(4).toString("hex")}`);
    mkdirSync(folder);
    return folder;
  }

  /** The nearest existing folder at or above the cache: where free space is measured. */
  get existingParent(): string {
    let folder = this.root;
    while (!existsSync(folder)) folder = dirname(folder);
    return folder;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
