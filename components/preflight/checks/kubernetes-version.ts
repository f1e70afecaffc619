import { parsedVersion } from "../../config/parsed-version.ts";
import { managementKubernetes } from "../../config/supported-kubernetes.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

/** Whether the infra cluster's Kubernetes is one that Cluster API's controllers run on. */
export const kubernetesVersion: PreflightCheck = {
  title: "Kubernetes version",
  looksAt: "the infra cluster's version",
  timeOut: 25_000,
  async run({ infra }) {
    const version = await infra.version();
    if ("unseen" in version) return notSeen(version);
    const { gitVersion } = version.seen;
    const { major, oldestMinor, newestMinor } = managementKubernetes;
    const range = `v${major}.${oldestMinor} to v${major}.${newestMinor}`;
    // k3s adds +k3s1, and parsedVersion knows what a lab can ask for.
    const parsed = parsedVersion(gitVersion.replace(/\+.*$/, ""));
    if (parsed === undefined) {
      return [
        { status: "skip", detail: `${gitVersion} is no version`, fix: `see that it is one of ${range}` },
      ];
    }
    if (parsed.major < major || (parsed.major === major && parsed.minor < oldestMinor)) {
      return [
        {
          status: "fail",
          detail: `the infra cluster is ${gitVersion}, older than v${major}.${oldestMinor}`,
          why: "Cluster API's controllers and their definitions use what this API server does not have yet",
          fix: `update k3s, one minor version after the other: INSTALL_K3S_CHANNEL=v${major}.${oldestMinor} or newer`,
        },
      ];
    }
    if (parsed.major > major || parsed.minor > newestMinor) {
      return [
        {
          status: "warn",
          detail: `the infra cluster is ${gitVersion}, newer than v${major}.${newestMinor}`,
          why: "nobody has tried this Cluster API on it, and an API that it uses may be gone",
          fix: `take a k3s of ${range} for a new lab: INSTALL_K3S_CHANNEL=v${major}.${newestMinor}`,
        },
      ];
    }
    return [{ status: "ok", detail: `${gitVersion}, which Cluster API supports (${range})` }];
  },
};
