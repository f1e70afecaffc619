import type { Flight } from "../runner/story.ts";
import { segments, tracks } from "../timeline/segments.ts";

/** The cluster of Pulumi.sim-spare.yaml. */
export const mainCluster = "edge";

/**
 * Checks that a cluster is what its declaration says, from outside and from inside: settled as `lab watch` sees it, Available
 * to kubectl, and each of its hosts a Ready node of the version.
 */
export async function clusterIsWhole(
  { lab, checks }: Flight,
  { cluster = mainCluster, machines, version }: { cluster?: string; machines: number; version: string },
): Promise<void> {
  // Pulumi waited for it already: what takes longer now has come undone.
  await lab.lab("watch", "--until", "settled", "--timeout", "5", "--interval", "2");
  const available = '.status.conditions[?(@.type=="Available")].status';
  checks.equal(`cluster ${cluster} is Available`, await lab.field("cluster", cluster, available), "True");
  const hosts = (await lab.placements()).filter((placement) => placement.cluster === cluster);
  const names = hosts.map(({ host }) => host).sort();
  checks.equal(`cluster ${cluster} has its machines`, names.length, machines);
  checks.equal(`its nodes are Ready and are its hosts`, await lab.readyNodes(cluster), names);
  const versions = "jsonpath={.items[*].status.nodeInfo.kubeletVersion}";
  const found = new Set((await lab.inCluster(cluster, "get", "nodes", "-o", versions)).split(" "));
  checks.equal(`its nodes have Kubernetes ${version}`, [...found], [version]);
}

/** The stretches of all hosts' states since the story, or a part of it, began. */
export function hostSegments({ recorder }: Pick<Flight, "recorder">, from: number) {
  return segments(recorder.records(), tracks.hosts, from, Date.now());
}
