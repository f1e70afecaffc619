import { rolloutProgress } from "../../components/workload-cluster/rollout-progress.ts";
import { minutesText } from "./minutes-text.ts";
import type { Step, StepHistory } from "./step-history.ts";
import { textTable } from "./text-table.ts";
import { type Host, type Machine, objects } from "./why/objects.ts";
import { conditionOf } from "./why/scene.ts";

export interface ViewInput {
  readonly now: Date;
  readonly hosts: readonly unknown[];
  readonly machines: readonly unknown[];
  readonly clusters: readonly unknown[];
  /** KubeadmControlPlanes and MachineDeployments. */
  readonly owners: readonly unknown[];
  readonly history: Pick<StepHistory, "usual">;
  /** The last changes, oldest first. */
  readonly log: readonly string[];
  /** Why nothing new is known; undefined when it is. */
  readonly away?: string;
}

/** The step that a host's provisioning state is. */
const stepOf: Readonly<Record<string, Step>> = {
  registering: "register",
  inspecting: "inspect",
  provisioning: "provision",
  deprovisioning: "deprovision",
};
const shownConditions = ["Available", "TopologyReconciled", "RollingOut"];
const clusterLabel = "cluster.x-k8s.io/cluster-name";

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** A whole lab on a screen: clusters and what they still have to do, machines, hosts, the last changes. Pure. */
export function watchView(input: ViewInput): string {
  const { now, hosts, machines, clusters, owners, history, log, away } = input;
  const parsedHosts = hosts.map((item) => objects.host.parse(item));
  const parsedMachines = machines.map((item) => objects.machine.parse(item));
  const head = `${now.toISOString().slice(0, 19)}Z`;
  return [
    away === undefined ? head : `${head}  the infra cluster does not answer: ${oneLine(away)}`,
    "",
    ...clusters.flatMap((cluster) => clusterLines(cluster, machines, owners)),
    textTable([
      ["MACHINE", "PHASE", "VERSION", "NODE", "FOR"],
      ...parsedMachines.map((machine) => machineRow(machine, now, history)),
    ]),
    "",
    textTable([
      ["HOST", "STATE", "POWER", "MACHINE", "FOR"],
      ...parsedHosts.map((host) => hostRow(host, now, history)),
    ]),
    ...parsedHosts.flatMap(({ metadata, status }) =>
      status.errorMessage === "" ? [] : [`  ! ${metadata.name}: ${oneLine(status.errorMessage)}`],
    ),
    ...(log.length === 0 ? [] : ["", ...log]),
  ].join("\n");
}

function clusterLines(item: unknown, machines: readonly unknown[], owners: readonly unknown[]): string[] {
  const cluster = objects.cluster.parse(item);
  const { name } = cluster.metadata;
  const states = shownConditions.flatMap((type) => {
    const condition = conditionOf(cluster, type);
    return condition === undefined ? [] : [`${type} ${condition.status}`];
  });
  const ofCluster = (all: readonly unknown[]): readonly unknown[] =>
    all.filter((one) => objects.conditioned.parse(one).metadata.labels[clusterLabel] === name);
  const open =
    cluster.spec.topology.version === "" ? [] : rolloutProgress(item, ofCluster(machines), ofCluster(owners));
  return [
    `cluster ${name} ${cluster.spec.topology.version}: ${states.join(", ") || "not reported yet"}`,
    ...open.map((what) => `  ${oneLine(what)}`),
    "",
  ];
}

function machineRow({ metadata, spec, status }: Machine, now: Date, history: ViewInput["history"]): string[] {
  const leaving = metadata.deletionTimestamp;
  const since = leaving ?? (status.nodeRef === undefined ? metadata.creationTimestamp : undefined);
  const time = since === undefined ? "" : elapsed(since, now, history.usual(leaving ? "removal" : "machine"));
  return [metadata.name, status.phase, spec.version, status.nodeRef?.name ?? "-", time];
}

function hostRow({ metadata, spec, status }: Host, now: Date, history: ViewInput["history"]): string[] {
  const { state } = status.provisioning;
  const step = stepOf[state];
  const start = step === undefined ? undefined : status.operationHistory[step]?.start;
  const power = status.poweredOn === undefined ? "?" : status.poweredOn ? "On" : "Off";
  const time = step === undefined || !start ? "" : elapsed(start, now, history.usual(step));
  return [metadata.name, state || "not registered yet", power, spec.consumerRef?.name ?? "-", time];
}

/** How long it has taken, and how long it will if it takes as long as it did before in this lab. */
function elapsed(start: string, now: Date, usual: number | undefined): string {
  const seconds = (now.getTime() - Date.parse(start)) / 1000;
  const rest = usual === undefined ? undefined : usual - seconds;
  const estimate =
    rest === undefined
      ? ""
      : rest >= 0
        ? `, about ${minutesText(rest)} to go`
        : `, usually ${minutesText(usual ?? 0)}`;
  return `${minutesText(seconds)}${estimate}`;
}
