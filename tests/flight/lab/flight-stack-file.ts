import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { retarget } from "../../../sim/lab/retarget.ts";
import type { FlightShape } from "./flight-shape.ts";

/** The machines' network in the stack files that labs are made from. */
const MACHINES_NETWORK = "172.22.0.";

/**
 * The stack file of a flight's lab: Pulumi.sim-spare.yaml with the hosts that the shape asks for and no others, on the
 * shape's own networks. Comments and everything else stay. Pure.
 *
 * @param original text of Pulumi.sim-spare.yaml.
 * @throws Error when the file has not enough hosts.
 */
export function flightStackFile(original: string, shape: FlightShape, kubeconfig: string): string {
  const moved = retarget(original, { network: `127.${shape.network}.0`, kubeconfig });
  return editedYaml(moved.replaceAll(MACHINES_NETWORK, `172.${shape.network}.0.`), (document) => {
    keepHosts(document, "control-plane", shape.controlPlanes + shape.spareControlPlanes);
    keepHosts(document, "worker", shape.workers + shape.spareWorkers);
    const cluster = ["config", "edge-lab:clusters", 0];
    document.setIn([...cluster, "controlPlane", "replicas"], shape.controlPlanes);
    // Without three control planes an upgrade makes the new one first, on a spare host.
    document.setIn([...cluster, "controlPlane", "maxSurge"], shape.controlPlanes < 3 ? 1 : 0);
    document.setIn([...cluster, "workers", "replicas"], shape.workers);
    if (shape.quickHealthChecks) quicken(document, cluster);
  });
}

/** A YAML text after a change by its structure; comments are kept. Pure. */
export function editedYaml(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error(document.errors.map(({ message }) => message).join("\n"));
  change(document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The hosts of a stack file. */
export function hostsOf(document: Document): YAMLSeq<YAMLMap> {
  const hosts = document.getIn(["config", "edge-lab:hosts"]);
  if (!isSeq(hosts) || !hosts.items.every(isMap)) throw new Error("edge-lab:hosts is no list of hosts");
  return hosts as YAMLSeq<YAMLMap>;
}

function keepHosts(document: Document, role: string, count: number): void {
  const hosts = hostsOf(document);
  const ofRole = hosts.items.filter((host) => host.get("role") === role);
  if (ofRole.length < count)
    throw new Error(`the stack file has ${ofRole.length} hosts of role ${role}, not ${count}`);
  const surplus = new Set(ofRole.slice(count));
  hosts.items = hosts.items.filter((host) => !surplus.has(host));
}

function quicken(document: Document, cluster: readonly (string | number)[]): void {
  document.setIn([...cluster, "healthChecks"], {
    // A first node is not Ready either, until Pulumi has brought it a pod network: on a lone control plane, which is not watched.
    unhealthySeconds: 60,
    // The least that Metal3 takes.
    rebootTimeoutSeconds: 100,
    nodeStartupTimeoutSeconds: 600,
  });
  document.setIn([...cluster, "kubeadm"], {
    // How long the workload cluster itself waits before it calls a silent node Unknown; 50s by default.
    controllerManager: { extraArgs: { "node-monitor-grace-period": "20s" } },
  });
}
