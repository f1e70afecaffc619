import { type HostRole, hostRoles } from "../host.ts";
import { isSingleNode } from "../resolve/single-node.ts";
import { type Check, problem } from "./check.ts";

/** Every machine of every cluster takes a host of its role for itself, and a surge takes a spare one. */
export const enoughHosts: Check = (draft) => {
  const hosts = draft.hosts ?? [];
  // A host whose role was not understood might be of either role: count only when all are clear.
  if (hosts.some((host) => host?.role === undefined)) return [];
  const clusters = draft.clusters ?? [];
  const asked = (role: HostRole) =>
    clusters.map(
      (cluster) => (role === "worker" ? cluster?.workers?.replicas : cluster?.controlPlane?.replicas) ?? 0,
    );
  return hostRoles.flatMap((role) => {
    const have = hosts.filter((host) => host?.role === role).length;
    const wanted = asked(role);
    const total = wanted.reduce((sum, replicas) => sum + replicas, 0);
    const field = role === "worker" ? "workers" : "controlPlane";
    const last = wanted.findLastIndex((replicas) => replicas > 0);
    if (total > have) {
      const all = clusters.length > 1 ? "all clusters together want" : "the cluster wants";
      return [
        problem(
          ["clusters", last, field, "replicas"],
          wanted[last],
          `asks for more than there is: ${all} ${total} hosts with role ${role}, and ${have} are declared`,
          `declare ${total - have} more under edge-lab:hosts with role ${role}, or lower the replicas`,
        ),
      ];
    }
    if (role === "worker") return [];
    const spare = clusters.reduce((sum, cluster) => {
      return (
        sum + (cluster === undefined || isSingleNode(cluster) ? 0 : (cluster.controlPlane?.maxSurge ?? 0))
      );
    }, 0);
    if (total + spare <= have) return [];
    const at = clusters.findLastIndex((cluster) => (cluster?.controlPlane?.maxSurge ?? 0) > 0);
    return [
      problem(
        ["clusters", at, "controlPlane", "maxSurge"],
        clusters[at]?.controlPlane?.maxSurge,
        `needs ${total + spare} hosts with role ${role} during an upgrade, and ${have} are declared: it would wait for ever`,
        "declare a spare host, or set maxSurge 0 with 3 control planes, which upgrades without a spare",
      ),
    ];
  });
};
