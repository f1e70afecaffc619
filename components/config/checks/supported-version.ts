import type { ConfigPath } from "../config-path.ts";
import { parsedVersion } from "../parsed-version.ts";
import { supportedKubernetes } from "../supported-kubernetes.ts";
import { type Check, problem } from "./check.ts";

/** Cluster API builds clusters of certain minor versions only. */
export const supportedVersion: Check = (draft) => {
  const { major, oldestMinor, newestMinor } = supportedKubernetes;
  const used: { path: ConfigPath; version: string | undefined }[] = [
    { path: ["kubernetes", "version"], version: draft.kubernetes?.version },
    ...(draft.clusters ?? []).map((cluster, index) => ({
      path: ["clusters", index, "kubernetes", "version"],
      version: cluster?.kubernetes?.version,
    })),
  ];
  return used.flatMap(({ path, version }) => {
    const parsed = version === undefined ? undefined : parsedVersion(version);
    if (parsed === undefined) return [];
    if (parsed.major === major && parsed.minor >= oldestMinor && parsed.minor <= newestMinor) return [];
    const range = `v${major}.${oldestMinor} to v${major}.${newestMinor}`;
    return [problem(path, version, "is not supported by this Cluster API", `use one of ${range}`)];
  });
};
