/**
 * Takes CAPM3's marks for machines that never come back from free hosts. Run by ReuseMarks at `pulumi up`:
 *
 *   node drop-reuse-marks.ts NAMESPACE CLUSTER            (environment: EDGE_LAB_KUBECONFIG, EDGE_LAB_CONTEXT)
 *
 * Tells on standard error which hosts those were. Exit code 1 when the infra cluster does not let it in the time.
 */
import { setTimeout as pause } from "node:timers/promises";
import { ApiException, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { readClusterObjects } from "../cluster-objects.ts";
import { infraOfEnvironment } from "../infra-access.ts";
import { infraKubeconfig } from "../infra-kubeconfig.ts";
import { reuseMark, staleReuseMarks } from "../stale-reuse-marks.ts";

const attempts = 6;
const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

async function drop(client: CustomObjectsApi, namespace: string, name: string): Promise<void> {
  for (const host of staleReuseMarks(await readClusterObjects(client, namespace, name))) {
    const { resourceVersion } = host;
    await client.patchNamespacedCustomObject(
      {
        group: "metal3.io",
        version: "v1alpha1",
        namespace,
        plural: "baremetalhosts",
        name: host.name,
        // With its version, so that a host which a machine has taken since is refused with 409 and judged anew.
        body: { metadata: { resourceVersion, labels: { [reuseMark]: null } } },
        fieldManager: "edge-lab-reuse-marks",
      },
      mergePatch,
    );
    process.stderr.write(`${name}: host ${host.name} is free for any machine again\n`);
  }
}

async function main(namespace: string, name: string): Promise<void> {
  const client = infraKubeconfig(infraOfEnvironment(process.env)).makeApiClient(CustomObjectsApi);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await drop(client, namespace, name);
      return;
    } catch (error) {
      // No Cluster yet: it is being made.
      if (error instanceof ApiException && error.code === 404) return;
      if (attempt === attempts) throw error;
      // The API may be away for a while, as during a restart of k3s; a host may have changed meanwhile.
      await pause(attempt * 1000 * (0.5 + Math.random()));
    }
  }
}

const [namespace, name] = process.argv.slice(2);
if (namespace === undefined || name === undefined) {
  process.stderr.write("usage: drop-reuse-marks.ts NAMESPACE CLUSTER\n");
  process.exitCode = 2;
} else {
  try {
    await main(namespace, name);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `the marks of earlier machines could not be taken from the hosts in ${namespace}: ${why}. Run pulumi up again.\n`,
    );
    process.exitCode = 1;
  }
}
