import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PlainObject } from "../kubernetes/object.ts";
import type { ModuleScope } from "../versions.ts";
import { type FetchOptions, fetchRelease } from "./fetch-release.ts";
import { ManifestError } from "./manifest-error.ts";
import type { LoadedManifest, ManifestProblem, ManifestSource } from "./manifest-set.ts";
import { parseManifest } from "./parse-manifest.ts";
import { substituteVariables, type Variables } from "./substitute-variables.ts";

export type ManifestRoute = "auto" | "release" | "modules";

/** A manifest we want: one of the table in components/versions.ts, or a user's add-on. */
export interface WantedManifest {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly sha256: string;
  /** What the module route lacks, "" = nothing; absent when there is no module route. */
  readonly moduleNote?: string;
  /** Absent when a `${…}` in the file is none of our business. */
  readonly variables?: Variables;
}

export interface ObtainContext {
  readonly route: ManifestRoute;
  /** Of the module route: how much is asked for. */
  readonly scope: ModuleScope;
  readonly allowUnpinned: boolean;
  /** A preview may show a part of the lab; an update must not make one. */
  readonly preview: boolean;
  readonly cache: string;
  readonly fetch?: FetchOptions;
}

export interface Obtained {
  readonly manifest: LoadedManifest;
  readonly problem?: ManifestProblem;
  /** Present when an update has to be refused; a preview only names it. */
  readonly refusal?: string;
}

const pinFix = "npm run versions -- pin (needs the internet), or set edge-lab:manifests.allowUnpinned";

/**
 * Gets one manifest by the route that is asked for. `auto` is the release, and in a preview the modules where the
 * release is not pinned or not reachable. An update never falls back by itself: the module route lacks Deployments (which
 * ones, its scope says), so a lost network would delete those that run.
 *
 * @throws ManifestError for what is wrong whatever the route: a hash that does not match, a file that is no manifest.
 */
export async function obtainManifest(wanted: WantedManifest, context: ObtainContext): Promise<Obtained> {
  if (context.route === "modules" && wanted.moduleNote !== undefined) return fromModules(wanted, context);

  if (wanted.sha256 === "" && !context.allowUnpinned) {
    return fallBack(wanted, context, "its release is not pinned (no sha256)", pinFix);
  }
  try {
    const text = await fetchRelease(
      {
        origin: originOf(wanted),
        url: wanted.url,
        sha256: wanted.sha256,
        cacheFile: join(context.cache, "manifests", "release", fileName(wanted)),
      },
      { ...context.fetch, offline: context.route === "modules" },
    );
    return { manifest: loaded(wanted, "release", objectsOf(text, wanted)) };
  } catch (error) {
    if (!(error instanceof ManifestError) || (error.kind !== "unreachable" && error.kind !== "refused"))
      throw error;
    const fix =
      "run it once where the internet is and keep .edge-lab/cache, or set edge-lab:manifests.source: modules";
    return fallBack(wanted, context, error.message, fix);
  }
}

async function fallBack(
  wanted: WantedManifest,
  context: ObtainContext,
  why: string,
  fix: string,
): Promise<Obtained> {
  if (context.route !== "auto" || wanted.moduleNote === undefined) return missing(wanted, context, why, fix);
  const { manifest, problem } = await fromModules(wanted, context);
  const both = problem === undefined ? why : `${problem.missing} (${why})`;
  return { manifest, problem: problemOf(wanted, both, fix), ...refusalOf(wanted, context, why, fix) };
}

async function fromModules(wanted: WantedManifest, context: ObtainContext): Promise<Obtained> {
  const file = join(context.cache, "manifests", "modules", context.scope, fileName(wanted));
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined)
    return missing(wanted, context, `there is no ${file}`, "npm start makes it from the pinned Go modules");
  const manifest = loaded(wanted, "modules", objectsOf(text, wanted));
  if (wanted.moduleNote === "") return { manifest };
  return {
    manifest,
    problem: problemOf(
      wanted,
      `only what its Go modules hold: ${wanted.moduleNote ?? ""}`,
      "edge-lab:manifests.source: release takes the project's own file",
    ),
  };
}

function missing(wanted: WantedManifest, context: ObtainContext, why: string, fix: string): Obtained {
  return {
    manifest: loaded(wanted, "missing", []),
    problem: problemOf(wanted, `nothing of it could be had: ${why}`, fix),
    ...refusalOf(wanted, context, why, fix),
  };
}

function refusalOf(
  wanted: WantedManifest,
  { preview }: ObtainContext,
  why: string,
  fix: string,
): Pick<Obtained, "refusal"> {
  return preview ? {} : { refusal: `${originOf(wanted)}: ${why}. To do: ${fix}` };
}

function loaded(wanted: WantedManifest, source: ManifestSource, objects: PlainObject[]): LoadedManifest {
  return { name: wanted.name, version: wanted.version, source, objects };
}

function problemOf(wanted: WantedManifest, what: string, fix: string): ManifestProblem {
  return { component: wanted.name, version: wanted.version, missing: what, fix };
}

function objectsOf(text: string, wanted: WantedManifest): PlainObject[] {
  const origin = originOf(wanted);
  const { variables } = wanted;
  return parseManifest(variables ? substituteVariables(text, variables, origin) : text, origin);
}

function originOf({ name, version }: WantedManifest): string {
  return `${name} ${version}`;
}

function fileName({ name, version }: WantedManifest): string {
  return `${name}-${version}.yaml`;
}
