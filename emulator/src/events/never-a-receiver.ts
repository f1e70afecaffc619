import { BlockList, isIPv6 } from "node:net";

const never = new BlockList();
// Unspecified, link-local (clouds tell credentials there), multicast and reserved: RFC 6890, RFC 4291.
never.addSubnet("0.0.0.0", 8);
never.addSubnet("169.254.0.0", 16);
never.addSubnet("224.0.0.0", 3);
never.addAddress("::", "ipv6");
never.addSubnet("fe80::", 10, "ipv6");
never.addSubnet("ff00::", 8, "ipv6");

/** Whether an IP address is none that events can rightly be sent to, so that a subscription is no way to what is there. */
export function neverAReceiver(address: string): boolean {
  // An IPv4 address written as IPv6 is judged as what it is.
  return never.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
