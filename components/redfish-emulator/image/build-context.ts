import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** What emulator/Containerfile copies, and itself: files and folders of the project. */
const parts = [
  "package.json",
  "package-lock.json",
  "emulator/Containerfile",
  "emulator/package.json",
  "emulator/build",
  "emulator/src",
];

/** The files that the emulator's image is made of. */
export interface BuildContext {
  /** Relative to the project's folder, in order. */
  readonly files: readonly string[];
  /** Hex sha256 of names and contents. */
  readonly hash: string;
}

/** Reads the build context below the project's folder; nothing else decides what a build copies. */
export function buildContext(projectFolder: string): BuildContext {
  const files = parts.flatMap((part) => filesOf(projectFolder, part)).sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const content = createHash("sha256")
      .update(readFileSync(join(projectFolder, file)))
      .digest("hex");
    hash.update(`${file} ${content}\n`);
  }
  return { files, hash: hash.digest("hex") };
}

function filesOf(folder: string, part: string): string[] {
  if (/\.\w+$|Containerfile$/.test(part)) return [part];
  return readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
