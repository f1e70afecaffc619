import ipaddr from "ipaddr.js";
import type { LabConfig } from "./lab.ts";
import { project } from "./project.ts";
import { deviceAddress } from "./resolve/device-address.ts";

const key = `${project}:credentials`;

/**
 * The configuration keys in which passwords of real devices stand in the clear. Pulumi calls a key secret when anything in it is
 * encrypted, so a file in which only some logins are passes here; `npm run ci:preview`, which reads the file, names each.
 * Devices on this machine's own addresses are simulated ones, whose logins open nothing.
 *
 * @param secretKeys what Pulumi holds for secret, as it tells the program.
 */
export function plainCredentials(
  { hosts, credentials }: Pick<LabConfig, "hosts" | "credentials">,
  secretKeys: readonly string[],
): readonly string[] {
  if (secretKeys.includes(key)) return [];
  const real = hosts.filter(({ address, driver }) => !isLoopback(address, driver));
  return real.some((host) => credentials.find(host).password) ? [key] : [];
}

function isLoopback(address: string | undefined, driver: string): boolean {
  if (address === undefined) return false;
  const { host } = deviceAddress(address, driver);
  return host === "localhost" || (ipaddr.isValid(host) && ipaddr.parse(host).range() === "loopback");
}
