import ipaddr from "ipaddr.js";
import type { DevicePeer } from "../../emulator/src/drivers/driver.ts";
import type { PlainObject } from "../kubernetes/object.ts";

export interface NetworkPolicySettings {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Networks whose members may speak to the emulator: Ironic runs on the node's own network, so it has no pod labels. */
  readonly clients: readonly string[];
  readonly port: number;
  /** Hosts that are names can only be allowed by their ports. */
  readonly devices: readonly DevicePeer[];
}

function addressBlock(host: string): string | undefined {
  if (!ipaddr.isValid(host)) return undefined;
  return `${host}/${ipaddr.parse(host).kind() === "ipv6" ? 128 : 32}`;
}

/**
 * The emulator answers the given networks on one port and reaches only its devices and the cluster's DNS. Pure.
 *
 * Traffic from the node itself always passes (that is how network policies are defined), so Ironic works on a single
 * node whatever address it is seen with; the networks are for people and for further nodes.
 */
export function networkPolicy(settings: NetworkPolicySettings): PlainObject {
  const ports = (tcp: readonly number[], udp: readonly number[]) => [
    ...tcp.map((port) => ({ protocol: "TCP", port })),
    ...udp.map((port) => ({ protocol: "UDP", port })),
  ];
  // One rule for each set of ports keeps the object short with many devices of a kind.
  const byPorts = Map.groupBy(settings.devices, ({ tcp, udp }) => JSON.stringify([tcp, udp]));
  const deviceRules = [...byPorts.values()].flatMap((devices) => {
    const [first] = devices;
    if (first === undefined) return [];
    const blocks = devices.map(({ host }) => addressBlock(host));
    const known = blocks.filter((cidr) => cidr !== undefined);
    const rule = { ports: ports(first.tcp, first.udp) };
    // A device known by name has no address that a policy could hold: its ports are open to any address.
    return known.length < blocks.length
      ? [rule]
      : [{ to: [...new Set(known)].sort().map((cidr) => ({ ipBlock: { cidr } })), ...rule }];
  });
  const dns = {
    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
    ports: ports([53], [53]),
  };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: settings.name, namespace: settings.namespace, labels: settings.labels },
    spec: {
      podSelector: { matchLabels: settings.labels },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [...new Set(settings.clients)].sort().map((cidr) => ({ ipBlock: { cidr } })),
          ports: ports([settings.port], []),
        },
      ],
      egress: [dns, ...deviceRules],
    },
  };
}
