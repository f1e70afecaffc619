import * as pulumi from "@pulumi/pulumi";
import type { LabConfig } from "../config/lab.ts";
import { ProgramError } from "../errors/program-error.ts";
import { type ManifestName, type ManifestRecord, manifests as table } from "../versions.ts";
import { cacheRoot } from "./cache-root.ts";
import type { FetchOptions } from "./fetch-release.ts";
import { ManifestError } from "./manifest-error.ts";
import type { LoadedManifest, ManifestProblem, ManifestSet } from "./manifest-set.ts";
import { type Obtained, obtainManifest, type WantedManifest } from "./obtain-manifest.ts";
import { variables } from "./variables.ts";

/** The part of the lab's configuration that decides which manifests there are and where they come from. */
export type ManifestConfig = Pick<LabConfig, "manifests" | "versions" | "addOns">;

export interface LoadOptions {
  /** Default: whether Pulumi runs a preview. */
  readonly preview?: boolean;
  /** Default: cacheRoot(). */
  readonly cache?: string;
  readonly fetch?: FetchOptions;
  /** Where what could not be had is said; default: Pulumi's log. */
  readonly warn?: (message: string) => void | Promise<void>;
}

/**
 * Gets every outside manifest of the lab, and the user's own. What could not be had is named: in `problems` and, once,
 * as a warning.
 *
 * @throws ProgramError, without a stack, listing all that is wrong at once: hashes that do not match, files that are
 * no manifests, and at an update also everything that is not pinned or not reachable.
 */
export async function loadManifests(config: ManifestConfig, options: LoadOptions = {}): Promise<ManifestSet> {
  const context = {
    route: config.manifests.source,
    scope: config.manifests.modules,
    allowUnpinned: config.manifests.allowUnpinned,
    preview: options.preview ?? pulumi.runtime.isDryRun(),
    cache: options.cache ?? cacheRoot(),
    ...(options.fetch ? { fetch: options.fetch } : {}),
  };
  const refusals: string[] = [];
  const problems: ManifestProblem[] = [];

  async function obtain(wanted: WantedManifest): Promise<LoadedManifest> {
    const { manifest, problem, refusal } = await obtainManifest(wanted, context).catch(refused(wanted));
    if (refusal) refusals.push(refusal);
    else if (problem) problems.push(problem);
    return manifest;
  }

  const wanted = Object.values(table).map((record) => withOverride(record, config));
  const [components, addOns] = await Promise.all([
    Promise.all(wanted.map(obtain)),
    Promise.all(wantedAddOns(config).map(obtain)),
  ]);
  if (refusals.length > 0) {
    throw new ProgramError(`Manifests that cannot be used:\n${bullets(refusals.sort())}`);
  }
  const sorted = problems.sort((a, b) => a.component.localeCompare(b.component));
  if (sorted.length > 0) {
    const { warn = pulumi.log.warn } = options;
    await warn(`Not all of the lab could be had:\n${bullets(sentences(sorted))}`);
  }
  return {
    components: Object.fromEntries(components.map((manifest) => [manifest.name, manifest])) as Record<
      ManifestName,
      LoadedManifest
    >,
    addOns: new Map(addOns.map((manifest) => [manifest.name, manifest])),
    problems: sorted,
  };
}

function withOverride(record: ManifestRecord, config: ManifestConfig): WantedManifest {
  const override = config.versions.manifests[record.name] ?? {};
  const version = override.version ?? record.version;
  // A release URL names its version twice at most (the tag); a moved version is not pinned by the table's hash.
  const url = override.url ?? record.url.replaceAll(record.version, version);
  const moved = url !== record.url;
  const ours = variables[record.name];
  return {
    name: record.name,
    version,
    url,
    sha256: override.sha256 ?? (moved ? "" : record.sha256),
    moduleNote: record.moduleNotes[config.manifests.modules],
    ...(ours ? { variables: ours } : {}),
  };
}

/** The version of a user's manifest is its hash: another file at the same URL is another cache entry. */
function wantedAddOns(config: ManifestConfig): WantedManifest[] {
  return config.addOns.flatMap(({ name, manifest }) =>
    manifest ? [{ name, version: manifest.sha256.slice(0, 12) || "unpinned", ...manifest }] : [],
  );
}

function refused(wanted: WantedManifest): (error: unknown) => Obtained {
  return (error) => {
    if (!(error instanceof ManifestError)) throw error;
    const { name, version } = wanted;
    return { manifest: { name, version, source: "missing", objects: [] }, refusal: error.message };
  };
}

/** One line for each kind of problem, since most of them befall all manifests alike. */
function sentences(problems: readonly ManifestProblem[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { component, version, missing, fix } of problems) {
    const what = `${missing}. To do: ${fix}`;
    groups.set(what, [...(groups.get(what) ?? []), `${component} ${version}`]);
  }
  return [...groups].map(([what, names]) => `${names.join(", ")}: ${what}`);
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join("\n");
}
