import { type ConfigPath, formatPath } from "../config-path.ts";
import type { Draft } from "../draft.ts";
import { canonicalAddress } from "../network/canonical-address.ts";
import { deviceAddress } from "../resolve/device-address.ts";
import { type Check, problem } from "./check.ts";
import { type Placed, repeats } from "./repeats.ts";

function place(path: ConfigPath, value: string | undefined, key = value): Placed[] {
  return value === undefined || key === undefined ? [] : [{ path, value, key: canonicalAddress(key) }];
}

function devices(draft: Draft): { readonly full: Placed[]; readonly host: Placed[] } {
  const all = (draft.hosts ?? []).flatMap((host, index) => {
    if (host?.address === undefined) return [];
    const { host: name, port } = deviceAddress(host.address, host.driver);
    const path = ["hosts", index, "address"];
    const key = canonicalAddress(name);
    return [
      {
        full: { path, value: host.address, key: `${key}:${port ?? ""}` },
        host: { path, value: host.address, key },
      },
    ];
  });
  return { full: all.map((device) => device.full), host: all.map((device) => device.host) };
}

/**
 * One address belongs to one thing: two hosts behind one device would switch each other off, and an API endpoint on an address
 * that somebody has is taken from him. Devices may share a host when their ports differ (a forwarding router).
 */
export const uniqueAddresses: Check = (draft) => {
  const { full, host } = devices(draft);
  const provisioning = draft.infra?.provisioning;
  const others = [
    ...place(["infra", "provisioning", "address"], provisioning?.address),
    ...place(["infra", "provisioning", "dhcp", "gateway"], provisioning?.dhcp?.gateway),
    ...(draft.clusters ?? []).flatMap((cluster, index) =>
      place(["clusters", index, "endpoint", "host"], cluster?.endpoint?.host),
    ),
  ];
  const shared = repeats(full).map(({ again, first }) =>
    problem(
      again.path,
      again.value,
      `is already the address of ${formatPath(first.path.slice(0, 2))}`,
      "give each host the address of its own device; two hosts behind one device would switch each other off",
    ),
  );
  const taken = others.flatMap((other, index) => {
    const first = [...others.slice(0, index), ...host].find((candidate) => candidate.key === other.key);
    return first === undefined ? [] : [{ again: other, first }];
  });
  return [
    ...shared,
    ...taken.map(({ again, first }) =>
      problem(
        again.path,
        again.value,
        `is already used at ${formatPath(first.path)}`,
        "choose a free address",
      ),
    ),
  ];
};
