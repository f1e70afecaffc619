import type { Cause, Evidence } from "./cause.ts";
import { causeTable } from "./cause-table.ts";
import { clusterScenes, hostScene, type Scene } from "./scene.ts";
import type { LabSnapshot } from "./snapshot.ts";

/** What is asked about. */
export type Subject =
  | { readonly kind: "cluster" | "host"; readonly name: string }
  /** Every cluster, then the hosts that none of them uses. */
  | { readonly kind: "lab" };

export interface FoundCause extends Evidence {
  readonly id: string;
}

export interface Diagnosis {
  /** The first one first; empty when nothing is wrong. */
  readonly causes: readonly FoundCause[];
  readonly clusters: readonly Scene[];
  readonly chains: readonly Scene[];
}

/** Everything that is wrong with a subject, in the order of the walk from the cluster down to its devices. Pure. */
export function diagnose(lab: LabSnapshot, subject: Subject): Diagnosis {
  const { clusters, chains } = scenesOf(lab, subject);
  const ofClusters = clusters.flatMap((scene) => first(causeTable.cluster, scene));
  const ofChains = chains.flatMap((scene) => causeTable.chain.flatMap((causes) => first(causes, scene)));
  const found = [
    ...causeTable.lab.flatMap((cause) => first([cause], { lab })),
    // Asked about a host, one hears of the host first.
    ...(subject.kind === "host" ? [...ofChains, ...ofClusters] : [...ofClusters, ...ofChains]),
    ...clusters.flatMap((scene) => causeTable.limits.flatMap((cause) => first([cause], scene))),
  ];
  const causes =
    found.length > 0 ? found : clusters.flatMap((scene) => first(causeTable.consequences, scene));
  return { causes, clusters, chains };
}

function scenesOf(lab: LabSnapshot, subject: Subject): Pick<Diagnosis, "clusters" | "chains"> {
  if (subject.kind === "cluster") {
    const { cluster, chains } = clusterScenes(lab, subject.name);
    return { clusters: [cluster], chains };
  }
  if (subject.kind === "host") {
    const chain = hostScene(lab, subject.name);
    const { clusterName } = chain;
    return {
      clusters: clusterName === undefined ? [] : [clusterScenes(lab, clusterName).cluster],
      chains: [chain],
    };
  }
  const names = new Set([...lab.declared.clusters, ...lab.clusters.map(({ metadata }) => metadata.name)]);
  const all = [...names].map((name) => clusterScenes(lab, name));
  const chains = all.flatMap((one) => one.chains);
  const hosts = new Set([...lab.declared.hosts, ...lab.hosts.map(({ metadata }) => metadata.name)]);
  for (const { hostName } of chains) if (hostName !== undefined) hosts.delete(hostName);
  return {
    clusters: all.map(({ cluster }) => cluster),
    chains: [...chains, ...[...hosts].map((name) => hostScene(lab, name))],
  };
}

/** The first cause that is at work, as a list of one. */
function first(causes: readonly Cause[], scene: Scene): FoundCause[] {
  for (const { id, find } of causes) {
    const evidence = find(scene);
    if (evidence !== undefined) return [{ id, ...evidence }];
  }
  return [];
}
