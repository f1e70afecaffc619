import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { AddressRange } from "../config/network/address-range.ts";
import { canonicalAddress } from "../config/network/canonical-address.ts";
import { isLoopback } from "../config/network/is-loopback.ts";

/** An address of this machine. */
export interface OwnAddress {
  /** Name of the interface, as `ip link` shows it. */
  readonly name: string;
  readonly address: string;
  /** The network it is in, as in 192.168.1.10/24. */
  readonly cidr: string;
}

/** The machine that the checks run on: what can be looked at depends on where that is. */
export class Place {
  readonly addresses: readonly OwnAddress[];
  /** Names of the interfaces that have an address; others are not known to Node.js. */
  readonly interfaces: readonly string[];
  /** Root may use the ports of DHCP. */
  readonly root: boolean;
  /** Neighbours are looked up in Linux's own tables. */
  readonly linux: boolean;

  constructor(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>, root: boolean, linux: boolean) {
    this.interfaces = Object.keys(interfaces);
    this.addresses = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
      addresses.flatMap(({ address, cidr }) => (cidr === null ? [] : [{ name, address, cidr }])),
    );
    this.root = root;
    this.linux = linux;
  }

  static here(): Place {
    return new Place(networkInterfaces(), process.getuid?.() === 0, process.platform === "linux");
  }

  /** The interface that has an address; undefined when this machine does not have it. Of loopback every machine has all. */
  holder(address: string): OwnAddress | undefined {
    const wanted = canonicalAddress(address);
    const found = this.addresses.find((own) => canonicalAddress(own.address) === wanted);
    if (found !== undefined || !isLoopback(address)) return found;
    return { name: "lo", address, cidr: `${address}/8` };
  }

  /** The address by which this machine is a neighbour of another one; undefined when there is a router in between. */
  neighbourOf(address: string): OwnAddress | undefined {
    return this.addresses.find(({ cidr }) => AddressRange.ofNetwork(cidr)?.contains(address));
  }
}
