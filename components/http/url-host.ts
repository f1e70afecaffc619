/** A host name or an IP address as it stands in a URL: an IPv6 address in brackets (RFC 3986 section 3.2.2). */
export function urlHost(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
