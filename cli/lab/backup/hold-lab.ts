import { hostNamespace } from "../../../components/config/resolve/host-namespace.ts";
import { apiPaths } from "../api-paths.ts";
import type { KubeApi } from "../kube-api.ts";
import { backupObject } from "./backup-object.ts";
import { holds } from "./holds.ts";
import { isPaused } from "./restored-object.ts";

/**
 * Holds a lab still, for a move to another infra node: clusters first, so that no machine takes or leaves a host any more, then
 * hosts. It stays so until `lab resume`. What somebody else has paused stays theirs.
 * @throws ApiRefusal, ApiUnreachable: then part of it may be held, which `lab resume` lets go.
 */
export async function holdLab(
  api: Pick<KubeApi, "list" | "patch">,
  say: (line: string) => void,
): Promise<void> {
  const read = async (path: string, kind: string, apiVersion: string) =>
    (await api.list(path)).map((item) => backupObject.parse(Object.assign({}, item, { kind, apiVersion })));
  for (const cluster of await read(apiPaths.clusters, "Cluster", "cluster.x-k8s.io/v1beta2")) {
    const { name } = cluster.metadata;
    if (isPaused(cluster)) continue;
    const annotations = { [holds.clusterMark]: "held" };
    await api.patch(`${apiPaths.clusters}/${name}`, { metadata: { annotations }, spec: { paused: true } });
    say(`cluster ${name} is paused`);
  }
  for (const { metadata } of await read(apiPaths.hosts, "BareMetalHost", "metal3.io/v1alpha1")) {
    const { name, annotations = {} } = metadata;
    // Cluster API Provider Metal3 pauses the hosts of a paused cluster, and takes that off by itself.
    if (annotations[holds.hostPause] !== undefined) continue;
    const pause = { [holds.hostPause]: holds.hostPauseValue };
    await api.patch(`${apiPaths.hosts}/${name}`, { metadata: { annotations: pause } });
    say(`host ${name} is paused`);
  }
  say(`namespace ${hostNamespace} stands still until lab resume`);
}
