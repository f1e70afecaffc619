import { isDeepStrictEqual } from "node:util";
import { type ApiClient, ApiError } from "./api-client.ts";
import type { Node, Pod } from "./kubernetes-types.ts";
import type { NetworkPlugin } from "./network-plugin.ts";
import { podStatus } from "./pod-status.ts";
import type { StaticPod } from "./static-pods.ts";

const HASH = "kubernetes.io/config.hash";
const MIRROR = "kubernetes.io/config.mirror";

export interface NodePodsOptions {
  readonly nodeName: string;
  readonly hostAddress: string;
  readonly network: NetworkPlugin;
  readonly log: (line: string) => void;
}

/**
 * The pods of one node as its API server sees them: a mirror pod for every static pod, a status for every pod, and an
 * end for every pod that is being deleted. Only static pods are processes; of the others there is the object only.
 */
export class NodePods {
  readonly #options: NodePodsOptions;
  readonly #addresses = new Map<string, string>();
  #nextAddress = 2;

  constructor(options: NodePodsOptions) {
    this.#options = options;
  }

  /** One look at everything. @throws Error when the API server cannot be asked. */
  async sync(client: ApiClient, node: Node, staticPods: readonly StaticPod[]): Promise<void> {
    const { nodeName, network } = this.#options;
    // From the watch cache: cheap for the server, and a late answer is put right at the next look.
    const query = `fieldSelector=${encodeURIComponent(`spec.nodeName=${nodeName}`)}&resourceVersion=0`;
    const pods = (await client.get<{ items: Pod[] }>(`/api/v1/pods?${query}`))?.items ?? [];
    const mirrored = new Map(staticPods.map((each) => [mirrorPath(each, nodeName), each]));
    for (const pod of pods) {
      const staticPod = mirrored.get(pathOf(pod));
      const mirror = pod.metadata.annotations?.[MIRROR] !== undefined;
      const outdated = mirror && staticPod?.hash !== pod.metadata.annotations?.[HASH];
      if (pod.metadata.deletionTimestamp || outdated) await this.#remove(client, pod);
    }
    const seen = new Set(pods.map(pathOf));
    for (const [path, staticPod] of mirrored) {
      if (!seen.has(path)) await this.#mirror(client, node, staticPod);
    }
    network.install(pods.filter((pod) => pod.metadata.annotations?.[MIRROR] === undefined));
    for (const pod of pods) {
      if (!pod.metadata.deletionTimestamp) await this.#report(client, node, pod, mirrored.get(pathOf(pod)));
    }
  }

  async #report(client: ApiClient, node: Node, pod: Pod, staticPod: StaticPod | undefined): Promise<void> {
    const status = podStatus(
      pod,
      {
        hostAddress: this.#options.hostAddress,
        podAddress: pod.status?.podIP ?? this.#address(node, pod),
        networkReady: this.#options.network.ready,
        process: (name) => staticPod?.workloads.get(name),
      },
      new Date(),
    );
    const before = Object.fromEntries(
      Object.keys(status).map((key) => [key, pod.status?.[key as keyof typeof status]]),
    );
    if (isDeepStrictEqual(comparable(before), comparable(status))) return;
    const { podIP } = status;
    const full = { ...status, ...(podIP === undefined ? {} : { podIPs: [{ ip: podIP }] }) };
    try {
      // A merge patch replaces lists as a whole, so that no condition of another controller kwok or ours stays behind twice.
      await client.patch(
        `${pathOf(pod)}/status`,
        { metadata: { uid: pod.metadata.uid }, status: full },
        "merge-patch",
      );
    } catch (error) {
      // Gone or changed meanwhile: the next look sees it as it is.
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
    }
  }

  async #mirror(client: ApiClient, node: Node, { file, hash, pod }: StaticPod): Promise<void> {
    const { nodeName } = this.#options;
    const namespace = pod.metadata.namespace ?? "default";
    const { uid } = node.metadata;
    try {
      await client.create(`/api/v1/namespaces/${namespace}/pods`, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: `${pod.metadata.name}-${nodeName}`,
          namespace,
          labels: pod.metadata.labels,
          annotations: {
            ...pod.metadata.annotations,
            [MIRROR]: hash,
            [HASH]: hash,
            "kubernetes.io/config.source": "file",
            "kubernetes.io/config.seen": new Date().toISOString(),
          },
          ownerReferences: [{ apiVersion: "v1", kind: "Node", name: nodeName, uid, controller: true }],
        },
        spec: { ...pod.spec, nodeName, tolerations: [{ effect: "NoExecute", operator: "Exists" }] },
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // 409: there already, and not in the cache yet. Another refusal concerns this pod only.
      if (error.status !== 409) this.#options.log(`kubelet: mirror pod of ${file}: ${error.message}`);
    }
  }

  async #remove(client: ApiClient, pod: Pod): Promise<void> {
    const { uid } = pod.metadata;
    if (uid !== undefined) this.#addresses.delete(uid);
    try {
      await client.delete(pathOf(pod), { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      // Another pod has its name by now.
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }

  /** From the node's pod network, in turn. */
  #address(node: Node, pod: Pod): string {
    const key = pod.metadata.uid ?? pathOf(pod);
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    const base = (node.spec?.podCIDR ?? "10.244.0.0/24").replace(/\.\d+\/\d+$/, "");
    this.#nextAddress = this.#nextAddress >= 254 ? 2 : this.#nextAddress + 1;
    const address = `${base}.${this.#nextAddress}`;
    this.#addresses.set(key, address);
    return address;
  }
}

function pathOf({ metadata }: Pod): string {
  return `/api/v1/namespaces/${metadata.namespace ?? "default"}/pods/${metadata.name}`;
}

function mirrorPath({ pod }: StaticPod, nodeName: string): string {
  return pathOf({ ...pod, metadata: { ...pod.metadata, name: `${pod.metadata.name}-${nodeName}` } });
}

/** Without what an API server adds to each condition and container, and without the order of conditions. */
function comparable(status: Readonly<Record<string, unknown>> | object): unknown {
  const entries = Object.entries(status).map(([key, value]) => {
    if (key === "conditions" && Array.isArray(value)) {
      const conditions = value as { type: string; status: string; reason?: string }[];
      return [
        key,
        conditions.map(({ type, status: holds, reason }) => `${type}=${holds} ${reason ?? ""}`).sort(),
      ];
    }
    if (/ontainerStatuses$/.test(key) && Array.isArray(value)) {
      const containers = value as { name: string; ready: boolean; restartCount: number; state?: object }[];
      return [
        key,
        containers.map(({ name, ready, restartCount, state }) => [
          name,
          ready,
          restartCount,
          Object.keys(state ?? {}),
        ]),
      ];
    }
    return [key, value];
  });
  return Object.fromEntries(entries);
}
