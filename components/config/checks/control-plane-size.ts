import { type Check, problem } from "./check.ts";

/** etcd wants a majority: an even member adds a machine that can fail and no failure that can be borne. */
export const controlPlaneSize: Check = (draft) =>
  (draft.clusters ?? []).flatMap((cluster, index) => {
    const replicas = cluster?.controlPlane?.replicas;
    if (replicas === undefined || replicas % 2 === 1) return [];
    return [
      problem(
        ["clusters", index, "controlPlane", "replicas"],
        replicas,
        `is even: etcd bears no more failures with ${replicas} members than with ${replicas - 1}`,
        `use ${replicas - 1} or ${replicas + 1}`,
      ),
    ];
  });
