import { globSync, statSync } from "node:fs";
import { resolve } from "node:path";

/**
 * The files that a list of patterns names, after a command has made them.
 *
 * Rules of the real provider: files only; patterns are taken in order and one that begins with `!` removes what was
 * taken before it; `*` does not cross a `/`, `**` does; names are relative to `folder`, without a leading `./`.
 * @returns absolute path by name, sorted by name.
 */
export function collectFiles(folder: string, patterns: readonly string[]): Record<string, string> {
  const taken = new Set<string>();
  for (const pattern of patterns) {
    const excludes = pattern.startsWith("!");
    for (const name of globSync(pattern.replace(/^!/, "").replace(/^\.\//, ""), { cwd: folder })) {
      if (excludes) taken.delete(name);
      else if (statSync(resolve(folder, name)).isFile()) taken.add(name);
    }
  }
  return Object.fromEntries([...taken].sort().map((name) => [name, resolve(folder, name)]));
}
