import { type ConfigPath, formatPath } from "../config-path.ts";
import type { Draft } from "../draft.ts";
import { AddressRange } from "../network/address-range.ts";
import { freeNetwork } from "../network/free-network.ts";
import { type Check, problem } from "./check.ts";

interface Network {
  readonly path: ConfigPath;
  readonly value: string;
  readonly range: AddressRange;
}

function network(path: ConfigPath, value: string | undefined): Network[] {
  const range = AddressRange.ofNetwork(value);
  return value === undefined || range === undefined ? [] : [{ path, value, range }];
}

function networks(draft: Draft): Network[] {
  const provisioning = network(["infra", "provisioning", "cidr"], draft.infra?.provisioning?.cidr);
  const inner = (draft.clusters ?? []).flatMap((cluster, index) =>
    (["pods", "services"] as const).flatMap((kind) =>
      (cluster?.network?.[kind] ?? []).flatMap((value, at) =>
        network(["clusters", index, "network", kind, at], value),
      ),
    ),
  );
  return [...provisioning, ...inner];
}

/** Overlapping networks swallow each other's traffic: a pod's answer to a host would be sent to a pod. */
export const networksApart: Check = (draft) => {
  const all = networks(draft);
  const free = freeNetwork(all.map(({ value }) => value));
  return all.flatMap((later, index) =>
    all
      .slice(0, index)
      .filter((earlier) => earlier.range.overlaps(later.range))
      .map((earlier) =>
        problem(
          later.path,
          later.value,
          `overlaps with ${formatPath(earlier.path)} (${earlier.value})`,
          free === undefined ? "choose a free network" : `choose a free network, for example ${free}`,
        ),
      ),
  );
};
