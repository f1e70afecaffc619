import { canonicalAddress } from "../../config/network/canonical-address.ts";
import { isLoopback } from "../../config/network/is-loopback.ts";
import type { Finding } from "../finding.ts";
import type { Place } from "../place.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

const why =
  "Ironic answers hosts on that address alone: without it on that interface no host boots from the network";

/**
 * Whether the node has the declared address, on the declared interface. A Node object tells the address that k3s chose for itself,
 * seldom a second one and never an interface: those only this machine can tell, when it is the node.
 */
export const provisioningAddress: PreflightCheck = {
  title: "provisioning address",
  looksAt: "the Node's addresses, and this machine's interfaces if it is the node",
  timeOut: 25_000,
  async run({ infra, config, place }) {
    const { address, interface: declared } = config.infra.provisioning;
    if (isLoopback(address)) return [{ status: "ok", detail: `${address} is on every machine` }];
    const nodes = await infra.nodes();
    const known = "seen" in nodes ? nodes.seen.flatMap(({ status }) => status.addresses) : [];
    // Not its host name, which may be localhost.
    const told = known.filter(({ type }) => type !== "Hostname").map((one) => one.address);
    if (place.holder(address) !== undefined || told.some((one) => place.holder(one) !== undefined))
      return [onNode(place, address, declared)];
    if ("unseen" in nodes) return notSeen(nodes);
    if (told.some((one) => canonicalAddress(one) === canonicalAddress(address))) {
      const rest = declared === undefined ? "" : `; that it is on ${declared} shows on the node alone`;
      return [{ status: "ok", detail: `the Node has ${address}${rest}` }];
    }
    const has = told.join(", ") || "none";
    return [
      {
        status: "warn",
        detail: `the Node does not tell ${address} among its addresses (${has}); it may be on a second interface`,
        why,
        fix: `run lab doctor on the node to be sure; else correct edge-lab:infra.provisioning.address, or give it to the node`,
      },
    ];
  },
};

function onNode(place: Place, address: string, declared: string | undefined): Finding {
  const holder = place.holder(address);
  if (holder === undefined) {
    const has = place.addresses.map((own) => `${own.cidr} on ${own.name}`).join(", ");
    return {
      status: "fail",
      detail: `the node does not have ${address}; it has ${has}`,
      why,
      fix: "give the node that fixed address, or correct edge-lab:infra.provisioning.address",
    };
  }
  if (declared !== undefined && holder.name !== declared) {
    const missing = place.interfaces.includes(declared)
      ? ""
      : ` (${declared} has no address, or is not there)`;
    return {
      status: "fail",
      detail: `${address} is on ${holder.name}, not on ${declared}${missing}`,
      why,
      fix: `set edge-lab:infra.provisioning.interface to ${holder.name}, or move the address`,
    };
  }
  return { status: "ok", detail: `the node has ${address} on ${holder.name}` };
}
