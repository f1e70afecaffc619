import ipaddr from "ipaddr.js";
import { z } from "zod";
import { refusal } from "../refusal.ts";

function isCidr(text: string): boolean {
  const [address = ""] = text.split("/");
  const four = ipaddr.IPv4.isValidFourPartDecimal(address);
  return ipaddr.isValidCIDR(text) && (four || ipaddr.IPv6.isValid(address));
}

function isNetwork(text: string): boolean {
  if (!isCidr(text)) return true; // already refused by the rule before
  const [address, prefix] = ipaddr.parseCIDR(text);
  const family = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return family.networkAddressFromCIDR(`${address.toString()}/${prefix}`).toString() === address.toString();
}

/** A network such as 10.244.0.0/16, with no bits set behind the prefix. */
export const cidr = z
  .string()
  .refine(isCidr, refusal("is not a network", "write address/prefix, such as 10.244.0.0/16"))
  .refine(
    isNetwork,
    refusal("has bits set behind its prefix", "write the network's own address, such as 192.168.1.0/24"),
  );
