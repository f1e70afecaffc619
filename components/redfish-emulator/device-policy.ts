import ipaddr from "ipaddr.js";
import type { DevicePeer } from "../../emulator/src/drivers/driver.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { policyPorts } from "./policy-ports.ts";

export interface DevicePolicySettings {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Devices that are names can only be allowed by their ports. */
  readonly devices: readonly DevicePeer[];
}

/**
 * Lets the emulator reach a host's device. Pure.
 *
 * A policy for each host, which add up, as one for all would close the way to a removed host's device before
 * baremetal-operator has had it switched off: Pulumi updates objects first and deletes others last.
 */
export function devicePolicy({ name, namespace, labels, devices }: DevicePolicySettings): PlainObject {
  // One rule for each set of ports: a webhook may go to several places.
  const byPorts = Map.groupBy(devices, ({ tcp, udp }) => JSON.stringify([tcp, udp]));
  const egress = [...byPorts.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const known = group.map(({ host }) => addressBlock(host)).filter((cidr) => cidr !== undefined);
    const rule = { ports: policyPorts(first.tcp, first.udp) };
    // A device known by name has no address that a policy could hold: its ports are open to any address.
    return known.length < group.length
      ? [rule]
      : [{ to: [...new Set(known)].sort().map((cidr) => ({ ipBlock: { cidr } })), ...rule }];
  });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace, labels },
    spec: { podSelector: { matchLabels: labels }, policyTypes: ["Egress"], egress },
  };
}

function addressBlock(host: string): string | undefined {
  if (!ipaddr.isValid(host)) return undefined;
  return `${host}/${ipaddr.parse(host).kind() === "ipv6" ? 128 : 32}`;
}
