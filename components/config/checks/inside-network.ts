import { AddressRange } from "../network/address-range.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** Addresses that have to be on the hosts' network, as neighbours answer for them. */
export const insideNetwork: Check = (draft) => {
  const provisioning = draft.infra?.provisioning;
  const cidr = provisioning?.cidr;
  const network = AddressRange.ofNetwork(cidr);
  if (network === undefined) return [];
  const problems: Problem[] = [];
  const require = (path: (string | number)[], value: string | undefined, fix: string): void => {
    if (value === undefined) return;
    if (!network.contains(value)) {
      problems.push(problem(path, value, `is outside the provisioning network ${cidr}`, fix));
    } else if (network.reserves(value)) {
      const own = `is the network's own or broadcast address of ${cidr}`;
      problems.push(problem(path, value, own, "choose an address that a machine can have"));
    }
  };
  const at = ["infra", "provisioning"];
  require([
    ...at,
    "address",
  ], provisioning?.address, "give the infra node's address on that network, or correct cidr");
  require([...at, "dhcp", "gateway"], provisioning?.dhcp
    ?.gateway, "give the gateway's address on that network");
  (draft.clusters ?? []).forEach((cluster, index) => {
    // kube-vip answers ARP for it, so it has to be a neighbour of the nodes; a named interface may be on another network.
    if (cluster?.endpoint?.interface !== undefined) return;
    const fix = "choose a free address of that network, or name the nodes' interface in endpoint.interface";
    require(["clusters", index, "endpoint", "host"], cluster?.endpoint?.host, fix);
  });
  return problems;
};
