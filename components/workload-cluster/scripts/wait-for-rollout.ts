/**
 * Waits until a workload cluster has settled. Run by RolloutGate at `pulumi up`:
 *
 *   node wait-for-rollout.ts NAMESPACE CLUSTER MINUTES      (environment: EDGE_LAB_KUBECONFIG, EDGE_LAB_CONTEXT)
 *
 * What it waits for goes to standard error whenever it changes. Exit code 1 when the time is up; a second `pulumi up`
 * goes on waiting where this one stopped.
 */
import { setTimeout as pause } from "node:timers/promises";
import { CustomObjectsApi } from "@kubernetes/client-node";
import { infraKubeconfig } from "../infra-kubeconfig.ts";
import { rolloutProgress } from "../rollout-progress.ts";

const api = { group: "cluster.x-k8s.io", version: "v1beta2" };
const pollSeconds = 10;

async function progress(
  client: CustomObjectsApi,
  namespace: string,
  name: string,
): Promise<readonly string[]> {
  const labelSelector = `cluster.x-k8s.io/cluster-name=${name}`;
  const [cluster, machines]: [unknown, { items?: unknown[] }] = await Promise.all([
    client.getNamespacedCustomObject({ ...api, namespace, plural: "clusters", name }),
    client.listNamespacedCustomObject({
      ...api,
      namespace,
      plural: "machines",
      labelSelector,
      timeoutSeconds: 30,
    }),
  ]);
  return rolloutProgress(cluster, machines.items ?? []);
}

async function main(namespace: string, name: string, minutes: number): Promise<void> {
  const { EDGE_LAB_KUBECONFIG: kubeconfig = "~/.kube/config", EDGE_LAB_CONTEXT: context } = process.env;
  const client = infraKubeconfig({ kubeconfig, context }).makeApiClient(CustomObjectsApi);
  const end = Date.now() + minutes * 60_000;
  let said = "";
  for (;;) {
    // The API may be away for a while, as during a restart of k3s: that is one more thing to wait for.
    const open = await progress(client, namespace, name).catch((error: unknown) => [
      `the infra cluster does not answer: ${error instanceof Error ? error.message : String(error)}`,
    ]);
    if (open.length === 0) return;
    const now = open.join("; ");
    if (Date.now() > end) {
      throw new Error(
        `cluster ${namespace}/${name} has not settled after ${minutes} minutes: ${now}. ` +
          `Look at "kubectl get cluster,machine,bmh -n ${namespace}", then run pulumi up again: it goes on waiting.`,
      );
    }
    if (now !== said) process.stderr.write(`${name}: ${now}\n`);
    said = now;
    await pause(pollSeconds * 1000);
  }
}

const [namespace, name, minutes] = process.argv.slice(2);
if (namespace === undefined || name === undefined || minutes === undefined) {
  process.stderr.write("usage: wait-for-rollout.ts NAMESPACE CLUSTER MINUTES\n");
  process.exitCode = 2;
} else {
  try {
    await main(namespace, name, Number(minutes));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
