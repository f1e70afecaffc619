import type { LabConfig } from "../config/index.ts";

/** `spec.networking.dhcp` of an Ironic resource: what it makes dnsmasq answer. */
export interface IronicDhcp {
  readonly networkCIDR: string;
  readonly rangeBegin: string;
  readonly rangeEnd: string;
  readonly gatewayAddress?: string;
  readonly dnsAddress?: string;
  /** dnsmasq's `dhcp-host` lines. */
  readonly hosts?: readonly string[];
  /** dnsmasq's tags of hosts that get no answer. */
  readonly ignore?: readonly string[];
}

/**
 * The DHCP server for network boot, which answers the declared MACs alone unless the lab says otherwise: a home LAN has
 * its own DHCP server, and two that answer everybody hand a phone to Ironic's boot menu.
 *
 * How it reaches dnsmasq: the operator joins `ignore` into DHCP_IGNORE and `hosts` with `;` into DHCP_HOSTS
 * (ironic-standalone-operator v0.11.0, pkg/ironic/containers.go), and the Ironic image writes `dhcp-ignore=…` and one
 * `dhcp-host=…` line each (ironic-image, ironic-config/dnsmasq.conf.j2). dnsmasq's manual: "When a host matches any
 * dhcp-host directive … then the special tag "known" is set. This allows dnsmasq to be configured to ignore requests
 * from unknown machines using --dhcp-ignore=tag:!known". A line may be a MAC with `set:<tag>` alone: the address then
 * comes from the range, and no host name is forced on the machine.
 *
 * @returns undefined when the lab declares no DHCP: Ironic then starts no dnsmasq.
 */
export function ironicDhcp(config: Pick<LabConfig, "infra" | "hosts">): IronicDhcp | undefined {
  const { cidr, dhcp } = config.infra.provisioning;
  if (!dhcp) return undefined;
  return {
    networkCIDR: cidr,
    rangeBegin: dhcp.rangeBegin,
    rangeEnd: dhcp.rangeEnd,
    ...(dhcp.gateway === undefined ? {} : { gatewayAddress: dhcp.gateway }),
    ...(dhcp.dns === undefined ? {} : { dnsAddress: dhcp.dns }),
    ...(dhcp.onlyDeclaredHosts ? { hosts: declaredHosts(config), ignore: ["tag:!known"] } : {}),
  };
}

function declaredHosts({ hosts }: Pick<LabConfig, "hosts">): string[] {
  // The tag only shows in dnsmasq's log, next to each request.
  return hosts.flatMap(({ name, macs }) => macs.map((mac) => `${mac},set:${name}`));
}
