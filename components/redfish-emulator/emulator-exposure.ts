import ipaddr from "ipaddr.js";
import type { LabConfig } from "../config/lab.ts";
import { emulatorEndpoint } from "../config/resolve/bmc-address.ts";
import { deviceAddress } from "../config/resolve/device-address.ts";

/** How the emulator is reached from outside its Service. */
export interface EmulatorExposure {
  /** Host part of its address: goes into its certificate. */
  readonly host: string;
  readonly nodePort?: number;
  readonly hostPort?: { readonly port: number; readonly address?: string };
}

/**
 * Without an address of its own the emulator is only its Service, which Ironic resolves and reaches. A given address is
 * the node's: a port that a Service can have on a node becomes a NodePort, any other one a port of the pod on the node. Pure.
 */
export function emulatorExposure(config: Pick<LabConfig, "emulator">): EmulatorExposure {
  const { host, port = config.emulator.port } = deviceAddress(emulatorEndpoint(config), undefined);
  if (config.emulator.address === undefined) return { host };
  if (port >= 30000 && port <= 32767) return { host, nodePort: port };
  return { host, hostPort: { port, ...(ipaddr.isValid(host) ? { address: host } : {}) } };
}
