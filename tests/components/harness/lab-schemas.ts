import { readFile } from "node:fs/promises";
import { parseManifest } from "../../../components/manifests/parse-manifest.ts";
import { swaggerPath } from "../../../tools/manifests/kubernetes-schema.ts";
import { renderModuleManifests } from "../../../tools/manifests/module-manifests.ts";
import { SchemaSet } from "./schema-set.ts";

let loaded: Promise<SchemaSet> | undefined;

/**
 * The schemas of everything a lab declares: Kubernetes' built-in kinds and the definitions of the pinned modules. Call
 * it in a `before` hook: the first call on a machine downloads Go modules.
 */
export function labSchemas(): Promise<SchemaSet> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<SchemaSet> {
  const { files } = await renderModuleManifests();
  const definitions = await Promise.all(
    Object.values(files).map(async (file) => parseManifest(await readFile(file, "utf8"), file)),
  );
  return SchemaSet.load(await swaggerPath(), definitions.flat());
}
