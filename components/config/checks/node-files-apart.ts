import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** Folders whose files are ours, kubeadm's or Cluster API's. */
const taken = ["/etc/edge-lab", "/etc/kubernetes", "/run/kubeadm"] as const;
/** The one place below them that is meant for others: kubelet configuration and patches by drop-in. */
const free = /^\/etc\/kubernetes\/(patches|kubelet\.conf\.d)\//;

/** A file of a cluster must not lie where another one is written. */
export const nodeFilesApart: Check = (draft) =>
  (draft.clusters ?? []).flatMap((cluster, index): Problem[] => {
    const problems: Problem[] = [];
    const files = cluster?.files ?? [];
    files.forEach((file, at) => {
      const path = file?.path;
      if (path === undefined) return;
      const here = ["clusters", index, "files", at, "path"];
      const folder = free.test(path) ? undefined : taken.find((one) => path.startsWith(`${one}/`));
      if (folder !== undefined)
        problems.push(
          problem(here, path, `lies in ${folder}, which belongs to the cluster`, "put it elsewhere"),
        );
      const roles = (other: typeof file) => other?.roles ?? ["control-plane", "worker"];
      const twice = files
        .slice(0, at)
        .some((other) => other?.path === path && roles(other).some((role) => roles(file).includes(role)));
      if (twice)
        problems.push(
          problem(
            here,
            path,
            "is written twice on the same machines",
            "keep one of them, or give them roles",
          ),
        );
    });
    return problems;
  });
