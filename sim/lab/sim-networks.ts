import ipaddr from "ipaddr.js";

/** Loopback networks of one sim's infra cluster, which no two sims may share. */
export interface SimNetworks {
  /** First three bytes of the network on which pods listen. */
  readonly pods: string;
  /** The API server's --service-cluster-ip-range. */
  readonly services: string;
}

/**
 * The networks that go with a sim's own: for 127.20.0.0/24 pods on 127.84.0.0/24 and Services on 127.148.0.0/24. Every
 * Linux machine has all of 127.0.0.0/8, so nothing has to be set up and nobody else can reach them.
 * @param address any address of the sim's own network, such as the emulator's.
 * @throws Error when it is not an IPv4 loopback address.
 */
export function simNetworks(address: string): SimNetworks {
  const bytes = ipaddr.IPv4.isValidFourPartDecimal(address) ? ipaddr.IPv4.parse(address).toByteArray() : [];
  const [first, second = 0, third = 0] = bytes;
  if (first !== 127) {
    throw new Error(
      `edge-lab:emulator.address: the sim needs an IPv4 loopback address, not "${address}". Fix: give one, as in 127.20.0.2:8443.`,
    );
  }
  const shifted = (by: number) => `127.${(second + by) % 256}.${third}`;
  return { pods: shifted(64), services: `${shifted(128)}.0/24` };
}
