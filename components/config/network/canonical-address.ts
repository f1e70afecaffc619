import ipaddr from "ipaddr.js";

/** One spelling for every way to write an address (fd00::1 and FD00:0::1), lower case for a name. */
export function canonicalAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.parse(text).toString() : text.toLowerCase().replace(/\.$/, "");
}
