import { isIPv4 } from "node:net";

/** RFC 2131 figure 1: everything before the options, which begin with a cookie (RFC 2132 section 2). */
const fixedBytes = 236;
const cookie = Buffer.from([99, 130, 83, 99]);
const end = 255;

/** Option numbers of RFC 2132, 4578. */
const option = {
  messageType: 53,
  serverIdentifier: 54,
  parameterList: 55,
  vendorClass: 60,
  bootFile: 67,
  clientArchitecture: 93,
} as const;

/** What a DHCP server offers. */
export interface DhcpOffer {
  /** The server's own address; empty when it does not say (RFC 2131 table 3 has it say). */
  readonly server: string;
  /** The address that it would lease. */
  readonly address: string;
  /** Whether it also tells what to boot from the network: a boot file, or that it is a PXE server (PXE 2.1 section 2.4.4). */
  readonly boots: boolean;
}

/**
 * A DHCPDISCOVER of a machine that boots from the network, UEFI on x86-64 (RFC 4578 type 7), answered by broadcast. It leases
 * nothing: that would take a DHCPREQUEST.
 * @param transaction four bytes that the answers repeat.
 * @param mac six bytes: whose address it is about.
 */
export function dhcpDiscover(transaction: Buffer, mac: Buffer): Buffer {
  const message = Buffer.alloc(fixedBytes);
  // A request on Ethernet, whose addresses have six bytes.
  message.set([1, 1, 6, 0]);
  transaction.copy(message, 4, 0, 4);
  // Broadcast flag: this machine has no such address yet to be answered at.
  message.writeUInt16BE(0x8000, 10);
  mac.copy(message, 28, 0, 6);
  const vendor = Buffer.from("PXEClient:Arch:00007:UNDI:003016");
  const options = Buffer.concat([
    cookie,
    Buffer.from([option.messageType, 1, 1]),
    Buffer.from([option.parameterList, 5, 1, 3, 54, 66, 67]),
    Buffer.from([option.vendorClass, vendor.length]),
    vendor,
    Buffer.from([option.clientArchitecture, 2, 0, 7]),
    Buffer.from([end]),
  ]);
  // Old servers drop what is shorter than BOOTP's 300 bytes.
  return Buffer.concat([message, options, Buffer.alloc(Math.max(0, 300 - fixedBytes - options.length))]);
}

/** The DHCPOFFER in a datagram; undefined for anything else, and for one that answers another question. */
export function dhcpOffer(datagram: Buffer, transaction: Buffer): DhcpOffer | undefined {
  if (datagram.length < fixedBytes + cookie.length || datagram[0] !== 2) return undefined;
  if (!datagram.subarray(4, 8).equals(transaction)) return undefined;
  if (!datagram.subarray(fixedBytes, fixedBytes + 4).equals(cookie)) return undefined;
  const options = optionsOf(datagram.subarray(fixedBytes + cookie.length));
  if (options.get(option.messageType)?.[0] !== 2) return undefined;
  const server = dotted(options.get(option.serverIdentifier));
  // The field `file` is free for options when there is a file name in option 67.
  const file = options.get(option.bootFile)?.length ?? 0;
  const pxe = options.get(option.vendorClass)?.toString("latin1").startsWith("PXEClient") === true;
  return {
    server: isIPv4(server) ? server : "",
    address: dotted(datagram.subarray(16, 20)),
    boots: pxe || file > 0 || datagram[108] !== 0,
  };
}

function optionsOf(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] ?? end;
    if (code === end) break;
    // Padding has no length.
    if (code === 0) {
      at += 1;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    options.set(code, bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

function dotted(bytes: Buffer | undefined): string {
  return bytes?.length === 4 ? [...bytes].join(".") : "";
}
