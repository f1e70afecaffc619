import type { Condition } from "../../../components/kubernetes/conditions.ts";
import type { SystemReport } from "../emulator-client.ts";
import type { Cluster, Host, Machine, Metal3Machine } from "./objects.ts";
import type { IronicNode, LabSnapshot } from "./snapshot.ts";

/** What hangs together, from the cluster down to the device; what is undefined is not there, or was not seen. */
export interface Scene {
  readonly lab: LabSnapshot;
  /** Its name, also when there is no such object. */
  readonly clusterName?: string;
  readonly cluster?: Cluster;
  readonly machine?: Machine;
  readonly metal3Machine?: Metal3Machine;
  /** Its name, also when there is no such object. */
  readonly hostName?: string;
  readonly host?: Host;
  readonly node?: IronicNode;
  /** null when the emulator does not know the host. */
  readonly system?: SystemReport | null;
}

const controlPlaneLabel = "cluster.x-k8s.io/control-plane";

/** All chains of a cluster: control plane first, since workers wait for it. Pure. */
export function clusterScenes(
  lab: LabSnapshot,
  clusterName: string,
): { cluster: Scene; chains: readonly Scene[] } {
  const found = lab.clusters.find(({ metadata }) => metadata.name === clusterName);
  const cluster: Scene = { lab, clusterName, ...(found && { cluster: found }) };
  const machines = lab.machines.filter(({ spec }) => spec.clusterName === clusterName);
  const rank = ({ metadata }: Machine): number => (controlPlaneLabel in metadata.labels ? 0 : 1);
  return {
    cluster,
    chains: machines.toSorted((a, b) => rank(a) - rank(b)).map((machine) => chainOf(cluster, machine)),
  };
}

/** The chain that a host is the end of. Pure. */
export function hostScene(lab: LabSnapshot, hostName: string): Scene {
  const host = lab.hosts.find(({ metadata }) => metadata.name === hostName);
  const consumer = host?.spec.consumerRef?.name;
  const machine = lab.machines.find(({ spec }) => spec.infrastructureRef.name === consumer);
  if (machine === undefined) return { lab, ...withHost(lab, hostName) };
  return chainOf(clusterScenes(lab, machine.spec.clusterName).cluster, machine);
}

function chainOf(cluster: Scene, machine: Machine): Scene {
  const { lab } = cluster;
  // CAPM3 gives a Metal3Machine the name that the Machine refers to, and names it in the host that it takes.
  const wanted = machine.spec.infrastructureRef.name;
  const metal3Machine = lab.metal3Machines.find(({ metadata }) => metadata.name === wanted);
  const host = lab.hosts.find(({ spec }) => spec.consumerRef?.name === wanted);
  return {
    ...cluster,
    machine,
    ...(metal3Machine && { metal3Machine }),
    ...(host && withHost(lab, host.metadata.name)),
  };
}

function withHost(lab: LabSnapshot, hostName: string): Pick<Scene, "hostName" | "host" | "node" | "system"> {
  const host = lab.hosts.find(({ metadata }) => metadata.name === hostName);
  const node = lab.ironicNodes.get(hostName);
  const system = lab.systems.get(hostName);
  return { hostName, ...(host && { host }), ...(node && { node }), ...(system !== undefined && { system }) };
}

/** A condition of an object, by type. */
export function conditionOf(
  object: { readonly status: { readonly conditions: readonly Condition[] } } | undefined,
  type: string,
): Condition | undefined {
  return object?.status.conditions.find((condition) => condition.type === type);
}

/** Whether something has been so for longer than the patience; what does not say since when has not. */
export function isLate(lab: LabSnapshot, since: string | number | undefined | null): boolean {
  const at = typeof since === "string" ? Date.parse(since) : (since ?? Number.NaN);
  return Number.isFinite(at) && lab.now - at > lab.patience;
}
