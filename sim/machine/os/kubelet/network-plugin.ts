import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Pod } from "./kubernetes-types.ts";

const FOLDER = "/etc/cni/net.d";

/**
 * Whether a pod installs a network plugin on its machine: it runs on the host's network and mounts the host's CNI
 * folders, as the agents of Cilium, Flannel, Calico and others do. Pure.
 */
export function installsNetworkPlugin({ spec }: Pod): boolean {
  const mounted = new Set(
    [...spec.containers, ...(spec.initContainers ?? [])].flatMap((container) =>
      (container.volumeMounts ?? []).map((mount) => mount.name),
    ),
  );
  return (
    spec.hostNetwork === true &&
    (spec.volumes ?? []).some(
      ({ name, hostPath }) => mounted.has(name) && /^\/(etc|opt)\/cni(\/|$)/.test(hostPath?.path ?? ""),
    )
  );
}

/**
 * The container runtime's view of the pod network: there is one as soon as its folder holds a configuration. What a
 * plugin's agent would put there on its start is put there when its pod runs on this machine. It stays over reboots and
 * after the agent has gone, as in life.
 */
export class NetworkPlugin {
  readonly #folder: string;
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void, folder = FOLDER) {
    this.#log = log;
    this.#folder = folder;
  }

  get ready(): boolean {
    return (
      existsSync(this.#folder) &&
      readdirSync(this.#folder).some((file) => /\.(conf|conflist|json)$/.test(file))
    );
  }

  /** @param pods those of this machine. */
  install(pods: readonly Pod[]): void {
    if (this.ready) return;
    const agent = pods.find((pod) => !pod.metadata.deletionTimestamp && installsNetworkPlugin(pod));
    const name = agent?.spec.containers[0]?.name;
    if (!name) return;
    mkdirSync(this.#folder, { recursive: true });
    const configuration = { cniVersion: "1.0.0", name: "edge-lab-simulated", plugins: [{ type: name }] };
    writeFileSync(join(this.#folder, `10-${name}.conflist`), `${JSON.stringify(configuration, null, 2)}\n`);
    this.#log(
      `kubelet: ${agent.metadata.namespace}/${agent.metadata.name} installed the network plugin ${name}`,
    );
  }
}
