import ipaddr from "ipaddr.js";

type Family = "ipv4" | "ipv6";

function numberOf(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** A stretch of addresses of one family, both ends included. */
export class AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;

  private constructor(family: Family, first: bigint, last: bigint) {
    this.family = family;
    this.first = first;
    this.last = last;
  }

  /** The addresses of a network such as 10.244.0.0/16; undefined when the text is no network. */
  static ofNetwork(cidr: string | undefined): AddressRange | undefined {
    if (cidr === undefined || !ipaddr.isValidCIDR(cidr)) return undefined;
    const [address, prefix] = ipaddr.parseCIDR(cidr);
    const size = 1n << BigInt(address.toByteArray().length * 8 - prefix);
    const first = (numberOf(address) / size) * size;
    return new AddressRange(address.kind(), first, first + size - 1n);
  }

  /** From one address to another; undefined when one is no address, the families differ or the order is wrong. */
  static between(begin: string | undefined, end: string | undefined): AddressRange | undefined {
    if (begin === undefined || end === undefined) return undefined;
    if (!ipaddr.isValid(begin) || !ipaddr.isValid(end)) return undefined;
    const [from, to] = [ipaddr.parse(begin), ipaddr.parse(end)];
    const [first, last] = [numberOf(from), numberOf(to)];
    return from.kind() === to.kind() && first <= last
      ? new AddressRange(from.kind(), first, last)
      : undefined;
  }

  get size(): bigint {
    return this.last - this.first + 1n;
  }

  /** The address so many places after the first, from 0. */
  at(index: bigint): string {
    const bytes = this.family === "ipv4" ? 4 : 16;
    const number = this.first + index;
    const parts = Array.from({ length: bytes }, (_, byte) =>
      Number((number >> BigInt(8 * (bytes - 1 - byte))) & 255n),
    );
    return ipaddr.fromByteArray(parts).toString();
  }

  contains(address: string | undefined): boolean {
    const single = AddressRange.between(address, address);
    return single !== undefined && this.includes(single);
  }

  includes(other: AddressRange): boolean {
    return this.family === other.family && this.first <= other.first && other.last <= this.last;
  }

  overlaps(other: AddressRange): boolean {
    return this.family === other.family && this.first <= other.last && other.first <= this.last;
  }

  /** Whether the address is the network's own or its broadcast address, which no machine can have (IPv4 up to /30). */
  reserves(address: string): boolean {
    const single = AddressRange.between(address, address);
    if (single === undefined || this.family !== "ipv4" || this.size < 4n) return false;
    return single.family === this.family && (single.first === this.first || single.first === this.last);
  }
}
