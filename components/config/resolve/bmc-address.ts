import type { HostConfig } from "../host.ts";
import type { LabConfig } from "../lab.ts";

/** HOST:PORT where Ironic reaches the emulator. Ironic resolves cluster names (its dnsPolicy is ClusterFirstWithHostNet). */
export function emulatorEndpoint(config: Pick<LabConfig, "emulator">): string {
  const { address, port } = config.emulator;
  if (address === undefined) return `redfish-emulator.edge-lab.svc.cluster.local:${port}`;
  return /:\d+$/.test(address.replace(/^\[.*\]/, "")) ? address : `${address}:${port}`;
}

/** A host's spec.bmc.address. It cannot change once the host is registered (baremetal-operator's webhook). */
export function bmcAddress(config: Pick<LabConfig, "emulator">, host: Pick<HostConfig, "name">): string {
  return `redfish+https://${emulatorEndpoint(config)}/redfish/v1/Systems/${host.name}`;
}
