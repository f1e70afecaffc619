import type { ConfigPath } from "../config-path.ts";
import { AddressRange } from "../network/address-range.ts";
import { deviceAddress } from "../resolve/device-address.ts";
import { type Check, problem } from "./check.ts";

/** What has a fixed address must not have one that Ironic leases to somebody else. */
export const outsideDhcpRange: Check = (draft) => {
  const provisioning = draft.infra?.provisioning;
  const dhcp = provisioning?.dhcp;
  const range = AddressRange.between(dhcp?.rangeBegin, dhcp?.rangeEnd);
  if (range === undefined || dhcp === undefined) return [];
  const fixed: { path: ConfigPath; value: string | undefined; address?: string }[] = [
    { path: ["infra", "provisioning", "address"], value: provisioning?.address },
    { path: ["infra", "provisioning", "dhcp", "gateway"], value: dhcp.gateway },
    { path: ["infra", "provisioning", "dhcp", "dns"], value: dhcp.dns },
    { path: ["nodeImage", "serve", "address"], value: draft.nodeImage?.serve?.address },
    ...(draft.clusters ?? []).map((cluster, index) => ({
      path: ["clusters", index, "endpoint", "host"],
      value: cluster?.endpoint?.host,
    })),
    ...(draft.hosts ?? []).map((host, index) => ({
      path: ["hosts", index, "address"],
      value: host?.address,
      address: deviceAddress(host?.address ?? "", host?.driver).host,
    })),
  ];
  return fixed
    .filter(({ value, address }) => range.contains(address ?? value))
    .map(({ path, value }) =>
      problem(
        path,
        value,
        `is inside the DHCP range ${dhcp.rangeBegin} to ${dhcp.rangeEnd}, which may be leased to a booting host`,
        "choose an address outside it, or change infra.provisioning.dhcp",
      ),
    );
};
