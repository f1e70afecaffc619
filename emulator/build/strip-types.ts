/**
 * Makes JavaScript of the TypeScript sources for the image: the types become blanks, so lines and columns stay, and imports name
 * the new files. What is no TypeScript (the console's page) is copied. Node could do that at every start, but the compiler it loads for it then stays in memory: 15 MB.
 *
 * Usage: node build/strip-types.ts FROM TO, two folders; what is in TO already is overwritten
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  console.error("strip-types: say which folder to read and which to write, e.g. src dist");
  process.exit(2);
}
const files = readdirSync(from, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(from, join(entry.parentPath, entry.name)));
if (!files.some((file) => file.endsWith(".ts"))) {
  console.error(`strip-types: there is no TypeScript in ${from}`);
  process.exit(1);
}
for (const file of files) {
  const target = join(to, file.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(target), { recursive: true });
  if (!file.endsWith(".ts")) {
    copyFileSync(join(from, file), target);
    continue;
  }
  const script = stripTypeScriptTypes(readFileSync(join(from, file), "utf8"));
  writeFileSync(target, script.replace(/\b(from|import) "(\.{1,2}\/[^"\n]+)\.ts"/g, '$1 "$2.js"'));
}
