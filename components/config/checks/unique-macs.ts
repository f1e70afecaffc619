import { formatPath } from "../config-path.ts";
import { type Check, problem } from "./check.ts";
import { type Placed, repeats } from "./repeats.ts";

/** Ironic tells machines apart by their MACs. They are compared as parsed: any case, any separator. */
export const uniqueMacs: Check = (draft) => {
  const placed = (draft.hosts ?? []).flatMap((host, hostIndex) =>
    (host?.macs ?? []).flatMap((mac, index): Placed[] =>
      mac === undefined ? [] : [{ path: ["hosts", hostIndex, "macs", index], value: mac, key: mac }],
    ),
  );
  const fix = "read it off the machine: no two network interfaces have the same MAC";
  return repeats(placed).map(({ again, first }) =>
    problem(again.path, again.value, `is already at ${formatPath(first.path)}`, fix),
  );
};
