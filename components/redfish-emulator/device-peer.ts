import { deviceAddress, type HostConfig } from "../config/index.ts";
import type { DevicePeer } from "./network-policy.ts";

/** What the network policy has to let through to a host's power device. Pure. */
export function devicePeer({ address, driver, options }: HostConfig): DevicePeer {
  const { host, port } = deviceAddress(address, driver);
  const named = deviceAddress(address, undefined).port !== undefined;
  switch (driver) {
    case "amt":
      // The driver takes AMT's other port when it speaks TLS and the address names none.
      return { host, tcp: [!named && options.tls === true ? 16993 : (port ?? 16992)], udp: [] };
    case "tapo": {
      // After a power cut, firmware 1.4.6 of a plug waits for a discovery probe before it takes a login.
      const { discoveryPort = 20002 } = options;
      return { host, tcp: [port ?? 80], udp: [Number(discoveryPort)] };
    }
    default:
      return { host, tcp: port === undefined ? [] : [port], udp: [] };
  }
}
