import type { PlainObject } from "../kubernetes/object.ts";
import type { ManifestName } from "../versions.ts";

/** `release`: the project's own file; `modules`: made from the pinned Go modules; `missing`: neither could be had. */
export type ManifestSource = "release" | "modules" | "missing";

export interface LoadedManifest {
  readonly name: string;
  readonly version: string;
  readonly source: ManifestSource;
  /** In the order of the file; empty when `missing`. */
  readonly objects: readonly PlainObject[];
}

/** Something of the lab that could not be had, so that previews say what they do not show. */
export interface ManifestProblem {
  readonly component: string;
  readonly version: string;
  /** What is missing and why. */
  readonly missing: string;
  /** What to do about it. */
  readonly fix: string;
}

export interface ManifestSet {
  readonly components: Readonly<Record<ManifestName, LoadedManifest>>;
  /** The user's add-ons that are manifests, by their name. */
  readonly addOns: ReadonlyMap<string, LoadedManifest>;
  readonly problems: readonly ManifestProblem[];
}
