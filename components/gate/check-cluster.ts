import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { kubeconfigPath, type LabConfig } from "../config/index.ts";
import { ProgramError } from "../errors/program-error.ts";
import { type ClusterProbe, probeCluster } from "./probe-cluster.ts";

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** A busy machine may need more than one try; an update has more at stake than three seconds. */
const tries = { preview: 2, update: 6 } as const;

/**
 * Looks whether the infra cluster answers, before the first resource.
 *
 * A preview works without a cluster, but then compares with Pulumi's state alone and notices neither a typo in the
 * kubeconfig nor what the API server would refuse: so it says which kind of preview it is.
 *
 * @throws ProgramError at an update when the cluster does not answer: one sentence instead of one error for each
 * resource.
 */
export async function checkCluster(
  config: Pick<LabConfig, "infra">,
  probe: typeof probeCluster = probeCluster,
): Promise<ClusterProbe> {
  const preview = pulumi.runtime.isDryRun();
  const path = kubeconfigPath(config, projectFolder);
  let result = await probe(path, config.infra.context);
  for (let left = tries[preview ? "preview" : "update"] - 1; left > 0; left--) {
    if (result.reachable || result.final) break;
    result = await probe(path, config.infra.context);
  }
  if (preview) {
    await pulumi.log.info(
      result.reachable
        ? `server-backed preview: compared with the cluster at ${result.server}`
        : `client-side only preview: ${result.reason}. It compares with Pulumi's own state, and the API server has not seen it`,
    );
  } else if (!result.reachable) {
    throw new ProgramError(
      `The infra cluster does not answer: ${result.reason}. Nothing was changed. ` +
        "Check edge-lab:infra.kubeconfig and edge-lab:infra.context, and that the cluster runs.",
    );
  }
  return result;
}
