import { isIPv4 } from "node:net";
import type { LabConfig } from "../../config/lab.ts";
import { AddressRange } from "../../config/network/address-range.ts";
import { isLoopback } from "../../config/network/is-loopback.ts";
import type { Finding } from "../finding.ts";
import type { DhcpOffer } from "../network/dhcp-message.ts";
import { dhcpServers } from "../network/dhcp-servers.ts";
import type { PreflightCheck } from "../preflight-check.ts";

/**
 * Whether another DHCP server on the provisioning network gets in Ironic's way. Asked for real, as a machine would that boots from
 * the network; nothing is leased. Where only declared hosts are answered, another server is welcome as long as it leases other
 * addresses and says nothing about booting.
 */
export const dhcpServer: PreflightCheck = {
  title: "other DHCP server",
  looksAt: "who answers a DHCPDISCOVER on the provisioning network",
  timeOut: 25_000,
  async run({ config, place }, signal) {
    const { address, cidr } = config.infra.provisioning;
    const skip = (detail: string, fix: string): readonly Finding[] => [{ status: "skip", detail, fix }];
    const asRoot = "run lab doctor as root on the infra node";
    if (isLoopback(address)) return skip(`${cidr} is this machine's own`, "nothing to do in a simulated lab");
    if (!isIPv4(address))
      return skip("only IPv4 is asked", "see by hand that no other DHCPv6 server boots hosts");
    const own = place.neighbourOf(address);
    if (own === undefined) return skip(`this machine is not on ${cidr}`, asRoot);
    if (!place.root) return skip(`a question on ${own.name} needs root`, asRoot);
    let offers: readonly DhcpOffer[];
    try {
      offers = await dhcpServers(own.address, signal);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return skip(
        `no question could be asked on ${own.name}: ${why}`,
        "stop what has UDP port 68 for itself",
      );
    }
    // Ironic's own, if the lab runs already and it answers everybody.
    const others = offers.filter(({ server }) => server !== address);
    if (others.length > 0) return others.flatMap((offer) => judged(offer, config, own.name));
    const silent = `nobody answered on ${own.name} (a firewall that drops UDP port 68 hides answers)`;
    if (config.infra.provisioning.dhcp !== undefined) return [{ status: "ok", detail: silent }];
    return [
      {
        status: "warn",
        detail: `${silent}, and edge-lab:infra.provisioning.dhcp is not declared`,
        why: "hosts get no address, so none boots from the network",
        fix: "declare edge-lab:infra.provisioning.dhcp, or run a DHCP server",
      },
    ];
  },
};

function judged({ server, address, boots }: DhcpOffer, { infra }: LabConfig, name: string): Finding[] {
  const who = `a DHCP server at ${server || "an address that it does not tell"} answers on ${name}`;
  const { dhcp } = infra.provisioning;
  const findings: Finding[] = [];
  if (boots) {
    findings.push({
      status: "fail",
      detail: `${who} and tells machines what to boot`,
      why: "hosts may boot what it says in the place of Ironic's deploy ramdisk: whoever answers first decides",
      fix: "switch its network boot options off (boot file, TFTP server, PXE), for the declared MACs at least",
    });
  }
  if (dhcp === undefined) return findings.length > 0 ? findings : [{ status: "ok", detail: who }];
  const range = `${dhcp.rangeBegin} to ${dhcp.rangeEnd}`;
  if (AddressRange.between(dhcp.rangeBegin, dhcp.rangeEnd)?.contains(address)) {
    findings.push({
      status: "fail",
      detail: `${who} and would lease ${address}, out of Ironic's own range ${range}`,
      why: "both lease the same addresses, and two machines get one",
      fix: "take the range out of what that server leases, or choose another one in edge-lab:infra.provisioning.dhcp",
    });
  }
  if (!dhcp.onlyDeclaredHosts) {
    findings.push({
      status: "fail",
      detail: `${who}, and edge-lab:infra.provisioning.dhcp.onlyDeclaredHosts is false`,
      why: "Ironic answers everybody, too: phones and laptops get its addresses and its boot menu",
      fix: "set onlyDeclaredHosts to true, or switch the other server off",
    });
  }
  if (findings.length > 0) return findings;
  const detail = `${who} and would lease ${address}, outside ${range}; Ironic answers declared hosts alone`;
  return [{ status: "ok", detail }];
}
