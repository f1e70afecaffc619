import { AddressRange } from "../network/address-range.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** The range from which Ironic leases addresses to booting hosts. */
export const dhcpRange: Check = (draft) => {
  const dhcp = draft.infra?.provisioning?.dhcp;
  if (dhcp?.rangeBegin === undefined || dhcp.rangeEnd === undefined) return [];
  const cidr = draft.infra?.provisioning?.cidr;
  const range = AddressRange.between(dhcp.rangeBegin, dhcp.rangeEnd);
  const path = ["infra", "provisioning", "dhcp"];
  if (range === undefined) {
    const wrong = `does not come after rangeBegin (${dhcp.rangeBegin})`;
    return [problem([...path, "rangeEnd"], dhcp.rangeEnd, wrong, "swap the two, or correct one of them")];
  }
  const network = AddressRange.ofNetwork(cidr);
  const problems: Problem[] = [];
  for (const end of ["rangeBegin", "rangeEnd"] as const) {
    if (network !== undefined && !network.contains(dhcp[end])) {
      const wrong = `is outside the network ${cidr}`;
      problems.push(
        problem([...path, end], dhcp[end], wrong, "choose an address of infra.provisioning.cidr"),
      );
    } else if (network?.reserves(dhcp[end] ?? "")) {
      const wrong = `is the network's own or broadcast address of ${cidr}`;
      problems.push(problem([...path, end], dhcp[end], wrong, "leave out the first and the last address"));
    }
  }
  const hosts = draft.hosts?.length ?? 0;
  if (range.size < BigInt(hosts)) {
    const wrong = `leaves ${range.size} addresses for ${hosts} hosts, which may all boot at once`;
    problems.push(problem([...path, "rangeEnd"], dhcp.rangeEnd, wrong, "widen the range"));
  }
  return problems;
};
