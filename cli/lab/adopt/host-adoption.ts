import { z } from "zod";
import { hostNamespace } from "../../../components/config/resolve/host-namespace.ts";
import { writtenByOthers } from "../../../components/host-inventory/written-by-others.ts";

const hostSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default(hostNamespace) }),
  spec: z
    .looseObject({
      bootMACAddress: z.string().default(""),
      bmc: z.looseObject({ address: z.string().default("") }).prefault({}),
    })
    .prefault({}),
  status: z
    .looseObject({ provisioning: z.looseObject({ state: z.string().default("") }).prefault({}) })
    .prefault({}),
});

/** What Metal3 acts upon at a host that it manages: it reboots, switches, deprovisions or loses it when one of them changes. */
const acted = [
  ...writtenByOthers,
  "spec.externallyProvisioned",
  "spec.bootMode",
  "spec.bootMACAddress",
  "spec.bmc.address",
];

/**
 * Why a BareMetalHost that is there must not become what the program declares: another machine, or another way to it. Pure.
 * @returns null when it is the same one.
 */
export function otherMachine(planned: unknown, present: unknown): string | null {
  const [wanted, host] = [hostSchema.parse(planned), hostSchema.parse(present)];
  const { name } = host.metadata;
  const state = host.status.provisioning.state || "not registered";
  const reasons: string[] = [];
  const [mac, otherMac] = [host.spec.bootMACAddress, wanted.spec.bootMACAddress];
  if (!same(mac, otherMac)) {
    reasons.push(
      `host ${name} is ${state}, and its boot MAC would change from ${mac || "none"} to ${otherMac}, which may be another machine. ` +
        `Fix: give hosts[name=${name}] in the stack file the MAC that it has, or this machine the name of its host`,
    );
  }
  const [bmc, otherBmc] = [host.spec.bmc.address, wanted.spec.bmc.address];
  if (!same(bmc, otherBmc)) {
    reasons.push(
      `host ${name} is ${state}, and its BMC address would change from ${bmc || "none"} to ${otherBmc}. Metal3 changes it on a detached ` +
        "host alone. Fix: have emulator.address and the BMC address say the same (docs/adopt.md, another BMC address)",
    );
  }
  return reasons.length === 0 ? null : reasons.join(". ");
}

/** Why a host that is not there must not be made: the machine is there by another name or in another namespace. Pure. */
export function machineByAnotherName(planned: unknown, hosts: readonly unknown[]): string | null {
  const wanted = hostSchema.parse(planned);
  const there = hosts
    .map((host) => hostSchema.parse(host))
    .find(
      ({ spec }) =>
        (spec.bootMACAddress !== "" && same(spec.bootMACAddress, wanted.spec.bootMACAddress)) ||
        (spec.bmc.address !== "" && same(spec.bmc.address, wanted.spec.bmc.address)),
    );
  if (there === undefined) return null;
  const { name, namespace } = there.metadata;
  const what = `the infra cluster has this machine (boot MAC ${there.spec.bootMACAddress}, ${there.spec.bmc.address}) as BareMetalHost ${namespace}/${name}, and a second one would inspect and reboot it`;
  return namespace === hostNamespace
    ? `${what}. Fix: call it ${name} in the stack file`
    : `${what}. Fix: Pulumi's hosts are in namespace ${hostNamespace}: move it there first (clusterctl move --namespace)`;
}

/** Of the fields that would change those upon which Metal3 acts. Pure. */
export function actedUpon(changes: readonly string[]): string[] {
  return changes.filter((change) =>
    acted.some((field) => change === field || change.startsWith(`${field}.`)),
  );
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
