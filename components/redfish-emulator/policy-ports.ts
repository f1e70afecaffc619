/** A NetworkPolicy rule's ports. Pure. */
export function policyPorts(tcp: readonly number[], udp: readonly number[]): object[] {
  return [
    ...tcp.map((port) => ({ protocol: "TCP", port })),
    ...udp.map((port) => ({ protocol: "UDP", port })),
  ];
}
