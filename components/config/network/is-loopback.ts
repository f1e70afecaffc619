import ipaddr from "ipaddr.js";

/** Whether a host name or address means the machine itself. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  return ipaddr.isValid(bare)
    ? ipaddr.parse(bare).range() === "loopback"
    : /^(.+\.)?localhost\.?$/i.test(bare);
}
