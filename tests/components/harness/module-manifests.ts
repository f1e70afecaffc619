import { loadManifests, type ManifestConfig } from "../../../components/manifests/load-manifests.ts";
import type { ManifestSet } from "../../../components/manifests/manifest-set.ts";
import type { ModuleScope } from "../../../components/versions.ts";
import { renderModuleManifests } from "../../../tools/manifests/module-manifests.ts";

const loaded = new Map<ModuleScope, Promise<ManifestSet>>();

/**
 * The manifests as the sim has them: made from the pinned Go modules, without a network. Call it in a `before` hook:
 * the first call on a machine downloads Go modules.
 */
export function moduleManifests(scope: ModuleScope = "definitions"): Promise<ManifestSet> {
  const set = loaded.get(scope) ?? load(scope);
  loaded.set(scope, set);
  return set;
}

async function load(scope: ModuleScope): Promise<ManifestSet> {
  await renderModuleManifests({ scope });
  const config: ManifestConfig = {
    manifests: { source: "modules", allowUnpinned: false, modules: scope },
    versions: { manifests: {}, images: {} },
    addOns: [],
  };
  return loadManifests(config, { preview: true, warn: () => undefined });
}
