import { isIPv4 } from "node:net";
import { AddressRange } from "../../config/network/address-range.ts";
import { isLoopback } from "../../config/network/is-loopback.ts";
import type { Finding } from "../finding.ts";
import { whoAnswers } from "../network/who-answers.ts";
import type { PreflightCheck } from "../preflight-check.ts";

/** Discard (RFC 863): nobody minds a connection to it. */
const port = 9;
/** More addresses than a lab's hosts need are looked at from the front. */
const most = 256n;

/**
 * Whether the addresses that Ironic leases are free. That they are none of endpoint, node, gateway and devices is a rule of the
 * configuration; here neighbours are asked. Hosts of the lab, known by their MAC, may have theirs.
 */
export const dhcpRange: PreflightCheck = {
  title: "DHCP range",
  looksAt: "who has the addresses that Ironic leases",
  timeOut: 60_000,
  async run({ config, place }, signal) {
    const { dhcp, address } = config.infra.provisioning;
    const skip = (detail: string, fix: string): readonly Finding[] => [{ status: "skip", detail, fix }];
    if (dhcp === undefined) return skip("the lab declares no DHCP range", "nothing to do");
    const { rangeBegin, rangeEnd } = dhcp;
    const range = AddressRange.between(rangeBegin, rangeEnd);
    if (range === undefined || !isIPv4(rangeBegin))
      return skip("only IPv4 neighbours are asked", "see by hand");
    if (isLoopback(address))
      return skip("every machine has all of loopback", "nothing to do in a simulated lab");
    if (!place.linux || place.neighbourOf(rangeBegin) === undefined) {
      const here = `this machine is no neighbour of ${rangeBegin} to ${rangeEnd}`;
      return skip(place.linux ? here : `${here} that runs Linux`, "run lab doctor on the infra node");
    }
    const count = range.size < most ? range.size : most;
    const addresses = Array.from({ length: Number(count) }, (_, index) => range.at(BigInt(index)));
    const macs = new Map(
      config.hosts.flatMap(({ name, macs }) => macs.map((mac) => [mac.toLowerCase(), name])),
    );
    const strangers = (await whoAnswers(addresses, port, place, signal)).filter(
      ({ mac }) => mac === undefined || !macs.has(mac),
    );
    if (strangers.length === 0) {
      const part = count < range.size ? `the first ${count} of ` : "";
      return [
        { status: "ok", detail: `nobody but hosts of the lab has ${part}${rangeBegin} to ${rangeEnd}` },
      ];
    }
    const list = strangers.map((one) =>
      one.mac === undefined ? one.address : `${one.address} (${one.mac})`,
    );
    return [
      {
        status: "fail",
        detail: `in Ironic's DHCP range ${rangeBegin} to ${rangeEnd} somebody has ${list.join(", ")}`,
        why: "Ironic leases that address to a booting host, too, and both lose their connections",
        fix: "choose a stretch in edge-lab:infra.provisioning.dhcp that your router does not lease from, or move those machines",
      },
    ];
  },
};
