/**
 * Takes a machine's address apart, whose form the schema has checked: HOST, HOST:PORT, [IPv6] or [IPv6]:PORT.
 * @returns the host without brackets
 */
export function endpoint<Port extends number | undefined>(
  address: string,
  defaultPort: Port,
): { readonly host: string; readonly port: number | Port } {
  const [, host = address, port] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: port === undefined ? defaultPort : Number(port) };
}
