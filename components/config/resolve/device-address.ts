import { knownDrivers } from "../known-drivers.ts";

/** Host and port of a power device; the driver's usual port where the address names none. */
export interface DeviceAddress {
  readonly host: string;
  readonly port: number | undefined;
}

/** Takes an address apart: `192.168.1.21`, `192.168.1.21:16992`, `[fd00::21]:16992`. */
export function deviceAddress(address: string, driver: string | undefined): DeviceAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address);
  const host = match?.[1] ?? match?.[2] ?? address;
  const usual = knownDrivers.find((known) => known.name === driver)?.defaultPort;
  return { host, port: match?.[3] === undefined ? usual : Number(match[3]) };
}
