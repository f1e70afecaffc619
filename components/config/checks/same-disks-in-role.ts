import { isDeepStrictEqual } from "node:util";
import { type HostRole, hostRoles } from "../host.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** Cluster API has one bootstrap template for a role, so all its hosts get the same further disks. */
export const sameDisksInRole: Check = (draft) => {
  const first = new Map<HostRole, number>();
  return (draft.hosts ?? []).flatMap((host, index): Problem[] => {
    if (host?.role === undefined || !hostRoles.includes(host.role) || host.dataDisks?.includes(undefined))
      return [];
    const before = first.get(host.role);
    if (before === undefined) {
      first.set(host.role, index);
      return [];
    }
    if (isDeepStrictEqual(host.dataDisks, draft.hosts?.[before]?.dataDisks)) return [];
    const other = draft.hosts?.[before]?.name ?? `hosts[${before}]`;
    const wrong = `differs from that of ${other}, which has the same role`;
    const fix = "declare the same data disks for all hosts of a role; Cluster API has one template for them";
    return [problem(["hosts", index, "dataDisks"], host.dataDisks, wrong, fix)];
  });
};
