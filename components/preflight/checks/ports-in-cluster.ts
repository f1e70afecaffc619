import { metal3Namespace } from "../../metal3/names.ts";
import { labNamespace } from "../../redfish-emulator/names.ts";
import type { Finding } from "../finding.ts";
import type { InfraPod, InfraService } from "../infra-shapes.ts";
import { type NodePort, nodePorts } from "../node-ports.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

/** Where the lab's own pods are that take ports of the node. */
const own: readonly string[] = [metal3Namespace, labNamespace];
/** Of a pod that holds no port any more. */
const over: readonly string[] = ["Succeeded", "Failed"];

/**
 * Whether something in the infra cluster takes a port of the node that the lab needs: pods with host ports, and Services of type
 * LoadBalancer, for which k3s' servicelb makes a pod with a host port for each of their ports.
 */
export const portsInCluster: PreflightCheck = {
  title: "ports in the cluster",
  looksAt: "host ports of pods, and Services of type LoadBalancer and NodePort",
  timeOut: 25_000,
  async run({ infra, config }) {
    const [pods, services] = await Promise.all([infra.pods(), infra.services()]);
    if ("unseen" in pods) return notSeen(pods);
    if ("unseen" in services) return notSeen(services);
    const wanted = nodePorts(config);
    const findings = [
      ...services.seen.flatMap((service) => ofService(service, wanted)),
      ...pods.seen.flatMap((pod) => ofPod(pod, wanted, config.infra.provisioning.address)),
    ];
    if (findings.length > 0) return findings;
    const list = wanted.map(({ port, protocol }) => `${port}/${protocol.toLowerCase()}`).join(", ");
    return [{ status: "ok", detail: `nothing in the cluster takes ${list}` }];
  },
};

function clash(holder: string, { port, protocol, what }: NodePort, fix: string): Finding {
  return {
    status: "fail",
    detail: `${holder} takes port ${port}/${protocol.toLowerCase()} of the node, which is for ${what}`,
    why: "only one of them gets the port; the other one's pod stays Pending or crashes",
    fix,
  };
}

function ofService({ metadata, spec }: InfraService, wanted: readonly NodePort[]): Finding[] {
  if (own.includes(metadata.namespace)) return [];
  const name = `${metadata.namespace}/${metadata.name}`;
  return spec.ports.flatMap(({ port, nodePort, protocol }) =>
    wanted
      .filter((one) => one.protocol === protocol)
      .flatMap((one) => {
        if (spec.type === "LoadBalancer" && one.port === port) {
          const fix = `give the Service other ports, make it a ClusterIP, or start k3s with --disable=servicelb`;
          return [clash(`Service ${name} of type LoadBalancer`, one, fix)];
        }
        if (one.port !== nodePort) return [];
        return [
          clash(
            `Service ${name} (nodePort)`,
            one,
            "give the Service another nodePort, or the lab another port",
          ),
        ];
      }),
  );
}

function ofPod(
  { metadata, spec, status }: InfraPod,
  wanted: readonly NodePort[],
  address: string,
): Finding[] {
  // Those of servicelb are told by their Service.
  const ofServiceLb = metadata.namespace === "kube-system" && metadata.name.startsWith("svclb-");
  if (own.includes(metadata.namespace) || ofServiceLb || over.includes(status.phase)) return [];
  return spec.containers.flatMap(({ ports }) =>
    ports.flatMap(({ hostPort, containerPort, hostIP, protocol }) => {
      const taken = hostPort ?? (spec.hostNetwork ? containerPort : undefined);
      const elsewhere = hostIP !== "" && hostIP !== "0.0.0.0" && hostIP !== "::" && hostIP !== address;
      return wanted
        .filter((one) => !elsewhere && one.protocol === protocol && one.port === taken)
        .map((one) =>
          clash(
            `pod ${metadata.namespace}/${metadata.name}`,
            one,
            "take the pod off the node, or off that port",
          ),
        );
    }),
  );
}
