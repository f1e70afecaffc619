import semver from "semver";
import type { ToolName } from "../components/versions.ts";

/**
 * Which versions of a tool that the user already has will do.
 *
 * - `within-minors`: same major, at most `distance` minors away; kubectl's own skew policy with distance 1.
 * - `same-minor`: any patch of the same major.minor; for what has no promise across minors.
 * - `same-major`: same major and not older than what is tested here.
 * - `beside`: no version of its own; it is taken only from the folder of another tool that was itself taken from PATH.
 */
export type PathRule =
  | { readonly kind: "within-minors"; readonly distance: number }
  | { readonly kind: "same-minor" }
  | { readonly kind: "same-major"; readonly minimum: string }
  | { readonly kind: "beside"; readonly tool: ToolName };

/**
 * Says why a version does not fit, or undefined when it does. Suffixes such as `-dispatcher` or `+k3s1` do not count.
 *
 * @param wanted the pinned version the rule is relative to, e.g. v1.34.3.
 */
export function versionMisfit(
  rule: Exclude<PathRule, { kind: "beside" }>,
  found: string,
  wanted: string,
): string | undefined {
  const have = semver.coerce(found);
  const want = semver.coerce(wanted);
  if (have === null || want === null) return `version "${found}" cannot be read`;
  const sameMajor = have.major === want.major;
  switch (rule.kind) {
    case "within-minors":
      return sameMajor && Math.abs(have.minor - want.minor) <= rule.distance
        ? undefined
        : `must be within ${rule.distance} minor of ${wanted}`;
    case "same-minor":
      return sameMajor && have.minor === want.minor
        ? undefined
        : `must be v${want.major}.${want.minor}.x, as ${wanted} is`;
    case "same-major":
      return sameMajor && semver.gte(have, semver.coerce(rule.minimum) ?? rule.minimum)
        ? undefined
        : `must be v${want.major}.x, ${rule.minimum} or newer`;
  }
}
