import type { Problem } from "../problem.ts";
import { isSingleNode } from "../resolve/single-node.ts";
import { type Check, problem } from "./check.ts";

/** maxSurge 0 takes a control plane away before the new one is there, so Cluster API wants three (its webhook refuses fewer). */
export const rollingUpgrade: Check = (draft) =>
  (draft.clusters ?? []).flatMap((cluster, index): Problem[] => {
    const { replicas, maxSurge } = cluster?.controlPlane ?? {};
    if (cluster === undefined || replicas === undefined || replicas >= 3) return [];
    const path = ["clusters", index, "controlPlane", "maxSurge"];
    if (isSingleNode(cluster) && maxSurge !== 0) {
      const wrong =
        "makes a single node, which Cluster API cannot upgrade in place: it needs a spare host for that time";
      const fix = "declare a second control-plane host before changing the version; nothing to do until then";
      return [
        {
          ...problem(["clusters", index, "controlPlane", "replicas"], replicas, wrong, fix),
          severity: "warning",
        },
      ];
    }
    if (maxSurge === 1) return [];
    const below = `is 0${maxSurge === undefined ? " by default" : ""}, which needs 3 control planes, and there ${replicas === 1 ? "is 1" : `are ${replicas}`}`;
    if (replicas === 1) {
      const wrong = `${below}: an upgrade needs a spare host`;
      const fix = isSingleNode(cluster)
        ? "leave maxSurge out: a single untainted node may do without a spare until its upgrade"
        : "set maxSurge 1 and declare one control-plane host more, or use 3 replicas; a single node is replicas 1, untainted true, workers.replicas 0";
      return [problem(path, maxSurge, wrong, fix)];
    }
    return [
      problem(
        path,
        maxSurge,
        below,
        "set maxSurge 1 and declare a spare control-plane host, or use 3 replicas",
      ),
    ];
  });
