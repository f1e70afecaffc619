import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A hash of the sources below some folders: what an image's digest is for a container. A process that runs from sources
 * is replaced at the next `up` when they have changed.
 */
export function sourceRevision(...folders: readonly string[]): string {
  const sum = createHash("sha256");
  for (const folder of folders) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files)
      sum
        .update(`${file.slice(folder.length)}\0`)
        .update(readFileSync(file))
        .update("\0");
  }
  return sum.digest("hex").slice(0, 16);
}
