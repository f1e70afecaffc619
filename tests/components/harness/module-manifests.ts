import { loadManifests, type ManifestConfig } from "../../../components/manifests/load-manifests.ts";
import type { ManifestSet } from "../../../components/manifests/manifest-set.ts";
import { renderModuleManifests } from "../../../tools/manifests/module-manifests.ts";

let loaded: Promise<ManifestSet> | undefined;

/**
 * The manifests as the sim has them: made from the pinned Go modules, without a network. Call it in a `before` hook:
 * the first call on a machine downloads Go modules.
 */
export function moduleManifests(): Promise<ManifestSet> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ManifestSet> {
  await renderModuleManifests();
  const config: ManifestConfig = {
    manifests: { source: "modules", allowUnpinned: false },
    versions: { manifests: {}, images: {} },
    addOns: [],
  };
  return loadManifests(config, { preview: true, warn: () => undefined });
}
