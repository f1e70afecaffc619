/** `npm run docs:generate`: writes what of docs/ is made of the code. A test says when that was forgotten. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./generated-files.ts";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));
for (const [path, text] of generatedFiles()) {
  const file = join(docs, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`wrote docs/${path}\n`);
}
