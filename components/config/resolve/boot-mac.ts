import type { HostConfig } from "../host.ts";

/** The MAC address from which a host boots over the network: the first that it lists. */
export function bootMac(host: Pick<HostConfig, "name" | "macs">): string {
  const [first] = host.macs;
  if (first === undefined) throw new Error(`host ${host.name} lists no MAC address`);
  return first;
}
