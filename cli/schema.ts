/** `npm run schema`: writes the JSON Schema by which editors complete Pulumi.<stack>.yaml. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stackSchema } from "../components/config/stack-schema.ts";
import { compactJson } from "./compact-json.ts";

const file = join(dirname(fileURLToPath(import.meta.url)), "../docs/schema/lab.schema.json");
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, compactJson(stackSchema()));
process.stdout.write("wrote docs/schema/lab.schema.json\n");
