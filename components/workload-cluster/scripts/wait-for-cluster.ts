/**
 * Waits until a workload cluster has come to a stage. Run by ClusterGate at `pulumi up`:
 *
 *   node wait-for-cluster.ts NAMESPACE CLUSTER provisioned|initialised|settled MINUTES
 *                                                         (environment: EDGE_LAB_KUBECONFIG, EDGE_LAB_CONTEXT)
 *
 * What it waits for, and what the hosts are doing meanwhile, goes to standard error line by line whenever it changes, with a line
 * that sums it up at the end, and one when it is done: the last line is what Pulumi's table shows.
 * Exit code 1 when the time is up; a second `pulumi up` goes on waiting where this one stopped.
 */
import { setTimeout as pause } from "node:timers/promises";
import { CustomObjectsApi } from "@kubernetes/client-node";
import { readClusterObjects } from "../cluster-objects.ts";
import { type ClusterStage, clusterStages } from "../cluster-stage.ts";
import { hostProgress } from "../host-progress.ts";
import { infraOfEnvironment } from "../infra-access.ts";
import { infraKubeconfig } from "../infra-kubeconfig.ts";
import { initialisationProgress } from "../initialisation-progress.ts";
import { progressSummary } from "../progress-summary.ts";
import { provisionedProgress } from "../provisioned-progress.ts";
import { rolloutProgress } from "../rollout-progress.ts";

const pollSeconds = 5;

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly stage: ClusterStage;
}

interface Progress {
  /** What is missing; empty: done. */
  readonly open: readonly string[];
  readonly hosts: readonly string[];
  /** Both in one line. */
  readonly summary: string;
}

async function progress(client: CustomObjectsApi, wanted: Wanted): Promise<Progress> {
  const { namespace, name } = wanted;
  const { cluster, machines, owners, hosts } = await readClusterObjects(client, namespace, name);
  const open = {
    provisioned: () => provisionedProgress(name, hosts),
    initialised: () => initialisationProgress(cluster),
    settled: () => rolloutProgress(cluster, machines, owners),
  }[wanted.stage]();
  return { open, hosts: hostProgress(hosts), summary: progressSummary(wanted.stage, hosts) };
}

/** A condition's message has lines of its own, of which a table would show the last. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/(:?)\s*\n\s*(?:\* )?/g, (_, colon: string) => `${colon || ";"} `);
}

async function main(wanted: Wanted, minutes: number): Promise<void> {
  const client = infraKubeconfig(infraOfEnvironment(process.env)).makeApiClient(CustomObjectsApi);
  const { namespace, name, stage } = wanted;
  const begin = Date.now();
  const end = begin + minutes * 60_000;
  const say = (line: string): boolean => process.stderr.write(`${name}: ${line}\n`);
  let said: readonly string[] = [];
  for (;;) {
    // The API may be away for a while, as during a restart of k3s: that is one more thing to wait for.
    const { open, hosts, summary } = await progress(client, wanted).catch((error: unknown) => ({
      open: [`the infra cluster does not answer: ${error instanceof Error ? error.message : String(error)}`],
      hosts: [],
      summary: `not ${stage} yet`,
    }));
    if (open.length === 0) {
      say(`${stage} after ${Math.round((Date.now() - begin) / 1000)} s`);
      return;
    }
    const now = [...open, ...hosts].map(oneLine);
    if (Date.now() > end) {
      throw new Error(
        `cluster ${namespace}/${name} is not ${stage} after ${minutes} minutes: ${now.join("; ")}. ` +
          `"npm run -s lab -- why ${name}" tells what is wrong and what to do. Then run pulumi up again: it goes on waiting.`,
      );
    }
    const news = now.filter((line) => !said.includes(line));
    for (const line of news) say(line);
    // Not after a single line, which it would only repeat.
    if (news.length > 0 && now.length > 1) say(summary);
    said = now;
    await pause(pollSeconds * 1000);
  }
}

const [namespace, name, stage, minutes] = process.argv.slice(2);
const known = clusterStages.find((one) => one === stage);
if (namespace === undefined || name === undefined || known === undefined || !minutes) {
  process.stderr.write(`usage: wait-for-cluster.ts NAMESPACE CLUSTER ${clusterStages.join("|")} MINUTES\n`);
  process.exitCode = 2;
} else {
  try {
    await main({ namespace, name, stage: known }, Number(minutes));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
