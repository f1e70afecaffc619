import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BuildContext } from "../description/build-context.ts";

/** Writes a build context into a folder, in the place of what is there. Modes do not depend on the umask. */
export function writeContext(context: BuildContext, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const made = new Set<string>();
  const makeFolder = (path: string): void => {
    if (made.has(path)) return;
    if (path !== folder) makeFolder(dirname(path));
    mkdirSync(path, { recursive: path === folder });
    chmodSync(path, 0o755);
    made.add(path);
  };
  makeFolder(folder);
  for (const { path, executable, content } of context.files) {
    const file = join(folder, path);
    makeFolder(dirname(file));
    writeFileSync(file, content);
    chmodSync(file, executable ? 0o755 : 0o644);
  }
}
