import { formatPath } from "../config-path.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";
import { type Placed, repeats } from "./repeats.ts";

type Named = readonly ({ readonly name?: string } | undefined)[];

function repeated(list: string, items: Named | undefined, fix: string): Problem[] {
  const placed = (items ?? []).flatMap((item, index): Placed[] =>
    item?.name === undefined ? [] : [{ path: [list, index, "name"], value: item.name, key: item.name }],
  );
  return repeats(placed).map(({ again, first }) =>
    problem(again.path, again.value, `is already the name of ${formatPath(first.path.slice(0, 2))}`, fix),
  );
}

/** Hosts, clusters and add-ons become Kubernetes objects under their names. */
export const uniqueNames: Check = (draft) => [
  ...repeated("hosts", draft.hosts, "give every host a name of its own"),
  ...repeated("clusters", draft.clusters, "give every cluster a name of its own"),
  ...repeated("addOns", draft.addOns, "give every add-on a name of its own"),
];
