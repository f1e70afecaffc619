import { fileURLToPath } from "node:url";
import type { LabConfig } from "../config/lab.ts";
import { kubeconfigPath } from "../config/resolve/kubeconfig-path.ts";
import { clusterChecks } from "./checks/index.ts";
import { ClusterReader } from "./cluster-reader.ts";
import type { Finding } from "./finding.ts";
import { InfraView } from "./infra-view.ts";
import { Place } from "./place.ts";
import { runCheck } from "./run-check.ts";
import type { Scene } from "./scene.ts";

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** What looking at the infra cluster gave. */
export interface ClusterLook {
  /** Whether there is a lab on it already, or a part of one. */
  readonly made: boolean;
  /** Through which it was looked at: what was read is not read again. */
  readonly infra: InfraView;
  /** What is wrong, with the title of its check. */
  readonly wrong: readonly (Extract<Finding, { status: "warn" | "fail" }> & { readonly title: string })[];
}

/** Makes the checks that need the infra cluster's API alone, side by side: about ten reads. Never throws for what they find. */
export async function lookAtCluster(config: LabConfig): Promise<ClusterLook> {
  const path = kubeconfigPath(config, projectFolder);
  const infra = new InfraView(() => ClusterReader.fromFile(path, config.infra.context));
  const withLogins: Scene["withLogins"] = () => Promise.resolve({ seen: config });
  const scene: Scene = { config, infra, place: Place.here(), withLogins };
  const found = await Promise.all(
    clusterChecks.map(async (check) =>
      (await runCheck(check, scene)).map((finding) => ({ title: check.title, ...finding })),
    ),
  );
  const emulator = await infra.emulator();
  return {
    made: "seen" in emulator && emulator.seen,
    infra,
    wrong: found.flat().flatMap((one) => (one.status === "warn" || one.status === "fail" ? [one] : [])),
  };
}
