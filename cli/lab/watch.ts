import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { rolloutProgress } from "../../components/workload-cluster/rollout-progress.ts";
import { apiPaths } from "./api-paths.ts";
import { ApiRefusal, ApiUnreachable, type KubeApi } from "./kube-api.ts";
import { changes, changeText, type LabState, labState } from "./lab-state.ts";

export interface WatchOptions {
  readonly api: Pick<KubeApi, "list">;
  /** The clusters that have to be there and settled for `until`. */
  readonly clusters: readonly string[];
  readonly intervalSeconds: number;
  /** Ends once every cluster has settled; without it only the signal or the time-out ends it. */
  readonly until?: "settled";
  readonly timeOutMinutes?: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** json: each line is an object with `at`, `text` and, of a change, `subject`, `value` and `detail`. */
  readonly form?: "plain" | "json";
  /** Called after each look, when its changes were told. */
  readonly looked?: (look: LabObjects) => Promise<void> | void;
  /** Called after a look that failed. */
  readonly away?: (reason: string) => void;
  readonly now?: () => Date;
  /** Milliseconds. */
  readonly sleep?: (duration: number) => Promise<void>;
}

/** What a look found, as the API returns it. */
export interface LabObjects {
  readonly hosts: readonly unknown[];
  readonly machines: readonly unknown[];
  readonly clusters: readonly unknown[];
  /** KubeadmControlPlanes and MachineDeployments. */
  readonly owners: readonly unknown[];
}

export type WatchEnd = "settled" | "interrupted" | "timed-out";

const clusterName = z.object({ metadata: z.object({ name: z.string() }) });
/** Cluster API puts it on everything that belongs to a cluster. */
const clusterLabel = "cluster.x-k8s.io/cluster-name";
const labelled = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
});

/**
 * Says what changes in a lab, a line each with its time: first all there is, then every change, until it is told to end. An
 * API server that is away is one more thing to tell of, once.
 *
 * @throws ApiRefusal when the API server does not let us look from the start; later it may be one that starts up.
 */
export async function watchLab(options: WatchOptions): Promise<WatchEnd> {
  const { api, signal, now = () => new Date() } = options;
  const sleep = options.sleep ?? ((duration) => pause(duration, undefined, { signal }));
  const say = (text: string, more: object = {}): void => {
    const at = `${now().toISOString().slice(0, 19)}Z`;
    options.say(options.form === "json" ? JSON.stringify({ at, text, ...more }) : `${at}  ${text}`);
  };
  const end = options.timeOutMinutes === undefined ? Infinity : +now() + options.timeOutMinutes * 60_000;
  let seen: LabState = new Map();
  let away = false;
  let looked = false;
  while (!signal.aborted) {
    try {
      const [hosts, machines, clusters, ...owners] = await Promise.all([
        api.list(apiPaths.hosts),
        api.list(apiPaths.machines),
        api.list(apiPaths.clusters),
        api.list(apiPaths.controlPlanes),
        api.list(apiPaths.machineDeployments),
      ]);
      if (away) say("the infra cluster answers again");
      away = false;
      looked = true;
      const state = labState({ hosts, machines, clusters });
      for (const change of changes(seen, state)) say(changeText(change), change);
      seen = state;
      await options.looked?.({ hosts, machines, clusters, owners: owners.flat() });
      if (options.until === "settled" && areSettled(options.clusters, clusters, machines, owners.flat()))
        return "settled";
    } catch (error) {
      const passes = error instanceof ApiUnreachable || (error instanceof ApiRefusal && looked);
      if (!passes) throw error;
      if (!away) say(`the infra cluster does not answer: ${error.message}`);
      away = true;
      options.away?.(error.message);
    }
    if (+now() >= end) return "timed-out";
    await sleep(options.intervalSeconds * 1000).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  return "interrupted";
}

function areSettled(
  wanted: readonly string[],
  clusters: readonly unknown[],
  machines: readonly unknown[],
  owners: readonly unknown[],
): boolean {
  const ofCluster = (items: readonly unknown[], name: string): readonly unknown[] =>
    items.filter((item) => labelled.parse(item).metadata.labels[clusterLabel] === name);
  return wanted.every((name) => {
    const cluster = clusters.find((item) => clusterName.parse(item).metadata.name === name);
    return (
      cluster !== undefined &&
      rolloutProgress(cluster, ofCluster(machines, name), ofCluster(owners, name)).length === 0
    );
  });
}
