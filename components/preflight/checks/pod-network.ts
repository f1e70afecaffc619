import { AddressRange } from "../../config/network/address-range.ts";
import type { Finding } from "../finding.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

/** Whether the infra cluster's own pods are in another network than the hosts. */
export const podNetwork: PreflightCheck = {
  title: "pod network",
  looksAt: "the pod networks of the infra cluster's Nodes",
  timeOut: 25_000,
  async run({ infra, config }) {
    const nodes = await infra.nodes();
    if ("unseen" in nodes) return notSeen(nodes);
    const { cidr } = config.infra.provisioning;
    const lan = AddressRange.ofNetwork(cidr);
    const networks = nodes.seen.flatMap(({ spec }) => spec.podCIDRs);
    const overlapping = networks.filter((network) => {
      const range = AddressRange.ofNetwork(network);
      return lan !== undefined && range !== undefined && lan.overlaps(range);
    });
    const findings = overlapping.map(
      (network): Finding => ({
        status: "fail",
        detail: `the infra cluster's pod network ${network} overlaps with edge-lab:infra.provisioning.cidr ${cidr}`,
        why: "what pods send to a host or a device stays among the pods",
        fix: "install k3s anew with --cluster-cidr and --service-cidr apart from the LAN",
      }),
    );
    if (findings.length > 0) return findings;
    return [{ status: "ok", detail: `${networks.join(", ") || "not told"}; apart from ${cidr}` }];
  },
};
