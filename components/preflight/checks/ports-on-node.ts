import type { Finding } from "../finding.ts";
import type { InfraView } from "../infra-view.ts";
import { knock } from "../network/knock.ts";
import { type ListeningPort, listeningPorts } from "../network/listening-ports.ts";
import { type NodePort, nodePorts } from "../node-ports.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import type { Seen } from "../seen.ts";

/** Milliseconds. */
const patience = 3_000;
const why = "only one of them gets the port; the other one's pod crashes, again and again";

/**
 * Whether a program on the node, outside the cluster, has a port that the lab needs. From everywhere: TCP ports that take a
 * connection. On the node also UDP ports, by its own tables.
 */
export const portsOnNode: PreflightCheck = {
  title: "ports on the node",
  looksAt: "who answers at the lab's ports of the node",
  timeOut: 25_000,
  async run({ infra, config, place }, signal) {
    const { address } = config.infra.provisioning;
    const here = place.holder(address) !== undefined;
    const listening = here ? await listeningPorts() : undefined;
    const wanted = nodePorts(config);
    const found = await Promise.all(
      wanted.map(async (port): Promise<Finding[]> => {
        const taken = await takenBy(port, address, listening, signal);
        if (taken === undefined) return [];
        const lab = await ownHolder(infra, port);
        if ("unseen" in lab) {
          const detail = `${taken}; whether that is the lab's own is not known: ${lab.unseen}`;
          return [{ status: "skip", detail, fix: "let the infra cluster answer, then run it again" }];
        }
        return lab.seen ? [] : [clash(port, taken, address)];
      }),
    );
    const findings = found.flat();
    if (findings.length > 0) return findings;
    const seen = listening === undefined ? "TCP ports; UDP ones show on the node alone" : "TCP and UDP ports";
    return [{ status: "ok", detail: `nobody but the lab has them (${seen})` }];
  },
};

/** What shows that a port is taken; undefined when nothing does. */
async function takenBy(
  { port, protocol }: NodePort,
  address: string,
  listening: readonly ListeningPort[] | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const shown = `${port}/${protocol.toLowerCase()}`;
  const local = listening?.find(
    (one) =>
      one.protocol === protocol && one.port === port && (one.address === "" || one.address === address),
  );
  if (local !== undefined) {
    const where = local.address === "" ? "all addresses" : local.address;
    return `a program of the node listens at ${shown} of ${where}`;
  }
  if (protocol === "UDP") return undefined;
  const outcome = await knock(address, port, patience, signal);
  return outcome === "open" ? `somebody answers at ${shown} of ${address}` : undefined;
}

/** Whether the part of the lab that needs a port is declared already: who listens is taken to be it, then. */
async function ownHolder(infra: InfraView, { of }: NodePort): Promise<Seen<boolean>> {
  if (of === "Ironic") return infra.ironic();
  return of === "image server" ? infra.imageServer() : infra.emulator();
}

function clash({ port, protocol, what }: NodePort, taken: string, address: string): Finding {
  const detail = `${taken}, which is for ${what}`;
  const owner = `find it on the node: ss -lnp${protocol === "UDP" ? "u" : "t"} 'sport = :${port}'`;
  // libvirt's dnsmasq, bound to its own bridge, shows the same and is harmless.
  if (protocol === "UDP" && port === 67) {
    const harmless = `${owner}; harmless if it serves another interface than that of ${address}`;
    return {
      status: "warn",
      detail,
      why: "two DHCP servers on one interface: Ironic's does not start",
      fix: harmless,
    };
  }
  return { status: "fail", detail, why, fix: `${owner}, and stop it or move it` };
}
