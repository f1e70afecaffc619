import { labNamespace } from "../components/redfish-emulator/names.ts";
import type { Finding, LabPolicy } from "./lab-policy.ts";
import {
  at,
  type Inputs,
  objectName,
  type PastResource,
  type PlannedResource,
  textAt,
  types,
} from "./resource.ts";

interface Place {
  readonly what: string;
  readonly read: (inputs: Inputs) => string | undefined;
}

const ofHost: readonly Place[] = [
  { what: "BMC address", read: (inputs) => textAt(inputs, "spec", "bmc", "address") },
  { what: "boot MAC", read: (inputs) => textAt(inputs, "spec", "bootMACAddress") },
];
const ofDevice: readonly Place[] = [{ what: "device address", read: deviceAddresses }];

/**
 * Which machine a host is. Under a provisioned host another BMC address, device address or MAC means that another machine is
 * switched off, booted and wiped in its place. Pulumi's state does not know for certain whether a host is provisioned, so any host
 * that an update has declared counts.
 */
export const hostIdentity: LabPolicy = {
  name: "host-identity",
  description: "A declared host keeps its BMC address, its device's address and its boot MAC.",
  instead:
    "take the host out of its cluster and out of `hosts`, `pulumi up`, then add it again: it is deprovisioned first",
  check(resource, before) {
    if (before === undefined) return [];
    if (resource.type === types.host) return changed(ofHost, resource, before, objectName(resource));
    const host = deviceOwner(resource);
    return host === undefined ? [] : changed(ofDevice, resource, before, host);
  },
};

function changed(
  places: readonly Place[],
  { inputs }: PlannedResource,
  before: PastResource,
  of: string,
): Finding[] {
  return places.flatMap(({ what, read }) => {
    const [was, to] = [read(before.inputs), read(inputs)];
    if (was === undefined || to === undefined || was.toLowerCase() === to.toLowerCase()) return [];
    return [
      {
        of,
        to,
        wrong: `the ${what} of host ${of} changes from ${was} to ${to}, which may be another machine`,
      },
    ];
  });
}

/** The host whose way to its device a NetworkPolicy opens: the one place where a device's address stands readable. */
function deviceOwner({ type, inputs, name }: PlannedResource): string | undefined {
  if (type !== types.networkPolicy || textAt(inputs, "metadata", "namespace") !== labNamespace)
    return undefined;
  return /-redfish-device-(.+)$/.exec(name)?.[1];
}

function deviceAddresses(inputs: Inputs): string | undefined {
  const rules = at(inputs, "spec", "egress");
  if (!Array.isArray(rules)) return undefined;
  const peers = rules.flatMap((rule) => {
    const to = at(rule, "to");
    return Array.isArray(to) ? to.flatMap((peer) => textAt(peer, "ipBlock", "cidr") ?? []) : [];
  });
  const hosts = peers.map((cidr) => cidr.replace(/\/(32|128)$/, ""));
  return hosts.length === 0 ? undefined : [...new Set(hosts)].sort().join(" ");
}
