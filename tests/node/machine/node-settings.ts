import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One real node: where its files are, and what it may take of this machine. */
export interface NodeSettings {
  /** Everything on disk is below it. */
  readonly stateDir: string;
  /** Name of the node and of its control groups; made from the folder, so that two nodes do not meet. */
  readonly name: string;
  /** This machine's address on the bridge to the node, and the node's. */
  readonly hostAddress: string;
  readonly nodeAddress: string;
  readonly prefixLength: number;
  readonly podNetwork: string;
  readonly serviceNetwork: string;
  readonly dnsAddress: string;
}

const project = fileURLToPath(new URL("../../..", import.meta.url));

/** @param stateDir `.edge-lab/node` if left out. */
export function nodeSettings(stateDir = join(project, ".edge-lab", "node")): NodeSettings {
  return {
    stateDir,
    name: `edge-node-${createHash("sha256").update(stateDir).digest("hex").slice(0, 6)}`,
    hostAddress: "172.30.40.1",
    nodeAddress: "172.30.40.2",
    prefixLength: 24,
    // As in k3s. Only the node's own network namespace knows them.
    podNetwork: "10.42.0.0/24",
    serviceNetwork: "10.43.0.0/16",
    dnsAddress: "10.43.0.10",
  };
}

/** Files and folders of a node. Pure. */
export function nodePaths({ stateDir }: Pick<NodeSettings, "stateDir">) {
  const at = (...names: string[]): string => join(stateDir, ...names);
  return {
    /** For an administrator, from this machine. */
    kubeconfig: at("kubeconfig"),
    /** containerd's socket, for `ctr` on this machine. */
    socket: at("containerd.sock"),
    bootScript: at("boot.sh"),
    configuration: at("configuration"),
    pki: at("pki"),
    kubeconfigs: at("kubeconfigs"),
    /** In the place of the machine's own /var/log and /var/lib. */
    varLog: at("var-log"),
    varLib: at("var-lib"),
    cni: at("cni"),
    logs: at("logs"),
    /** PersistentVolumes of the class local-path. */
    volumes: at("volumes"),
  } as const;
}

export type NodePaths = ReturnType<typeof nodePaths>;
