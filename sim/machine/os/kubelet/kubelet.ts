import { existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, ApiError } from "./api-client.ts";
import { type KubeletSettings, kubeletFiles, readKubeletSettings } from "./kubelet-settings.ts";
import type { Node } from "./kubernetes-types.ts";
import { NetworkPlugin } from "./network-plugin.ts";
import { type NodeFacts, newNode, nodeStatus } from "./node-object.ts";
import { NodePods } from "./node-pods.ts";
import { PortForward } from "./port-forward.ts";
import { StaticPods, type StaticPodsOptions } from "./static-pods.ts";
import { bootstrapTls } from "./tls-bootstrap.ts";

const EVERY_MS = 1_000;
const LEASE_EVERY_MS = 10_000;
const LEASE_SECONDS = 40;

export interface KubeletOptions {
  readonly hostName: string;
  readonly facts: NodeFacts;
  readonly play: StaticPodsOptions["play"];
  readonly log: (line: string) => void;
}

/**
 * Stands for the kubelet and the container runtime of a simulated machine: what of them the control plane and kubeadm
 * notice.
 *
 * It waits for its configuration as a real one does, answers on its health port, runs static pods, gets its client
 * certificate, registers the node once, renews its Lease, reports the node and its pods. The node is not ready until a
 * network plugin is there. It has a node's rights and no others.
 */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #staticPods: StaticPods;
  readonly #network: NetworkPlugin;
  readonly #stopping = new AbortController();
  readonly #said = new Map<string, string>();
  #loops: Promise<unknown> = Promise.resolve();
  #settings: KubeletSettings | undefined;
  #health: Server | undefined;
  #portForward: PortForward | undefined;
  #client: { readonly client: ApiClient; readonly version: number } | undefined;
  #pods: NodePods | undefined;
  #node: Node | undefined;
  #leaseRenewed = Number.NEGATIVE_INFINITY;
  #reportedReady: boolean | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#network = new NetworkPlugin(options.log);
    this.#staticPods = new StaticPods({
      nodeName: () => this.#settings?.nodeName ?? options.hostName,
      nodeAddress: options.facts.address,
      play: options.play,
      log: options.log,
    });
  }

  start(): void {
    // Two of them: static pods do not wait for an API server that may be one of them.
    this.#loops = Promise.all([
      this.#forever("static pods", () => this.#tend()),
      this.#forever("node", () => this.#report()),
    ]);
  }

  /** Ends its pods in their order, then itself. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#staticPods.stop();
    this.#portForward?.stop();
    this.#client?.client.close();
    this.#health?.close();
    await this.#loops;
  }

  async #forever(what: string, step: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await step();
        this.#said.delete(what);
      } catch (error) {
        const { message } = error as Error;
        // The same trouble is told once.
        if (this.#said.get(what) !== message && !signal.aborted)
          this.#options.log(`kubelet: ${what}: ${message}`);
        this.#said.set(what, message);
      }
      await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #tend(): Promise<void> {
    this.#settings = readKubeletSettings(this.#options.hostName);
    if (!this.#settings) return;
    this.#health ??= await healthServer(this.#settings.healthzPort);
    await this.#staticPods.sync(this.#settings.staticPodPath);
  }

  async #report(): Promise<void> {
    const settings = this.#settings;
    if (!settings) return;
    if (!existsSync(kubeletFiles.kubeconfig)) {
      if (!existsSync(kubeletFiles.bootstrapKubeconfig)) return;
      await bootstrapTls(settings.nodeName);
      this.#options.log("kubelet: has its client certificate");
    }
    const client = this.#currentClient();
    const { facts, log } = this.#options;
    this.#node ??= await this.#register(client, settings);
    this.#pods ??= new NodePods({
      nodeName: settings.nodeName,
      hostAddress: facts.address,
      network: this.#network,
      log,
    });
    if (
      performance.now() - this.#leaseRenewed > LEASE_EVERY_MS ||
      this.#reportedReady !== this.#network.ready
    ) {
      await this.#heartbeat(client, settings);
    }
    if (this.#staticPods.all.length > 0) {
      this.#portForward ??= new PortForward(settings.nodeName, facts.address);
      await this.#portForward.ensure();
    }
    await this.#pods.sync(client, this.#node, this.#staticPods.all);
  }

  /** Another one when the kubeconfig has changed: kubeadm rewrites it on the machine that ran init. */
  #currentClient(): ApiClient {
    const version = statSync(kubeletFiles.kubeconfig).mtimeMs;
    if (this.#client?.version !== version) {
      this.#client?.client.close();
      this.#client = { client: new ApiClient(kubeletFiles.kubeconfig), version };
    }
    return this.#client.client;
  }

  /** Once per boot, as a kubelet: a node that is deleted afterwards stays deleted. */
  async #register(client: ApiClient, settings: KubeletSettings): Promise<Node> {
    const status = nodeStatus(settings, this.#options.facts, this.#network.ready, [], new Date());
    const wanted = newNode(settings, status);
    try {
      await client.create("/api/v1/nodes", wanted);
      this.#options.log(`kubelet: registered node ${settings.nodeName}`);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      // After a reboot. Labels of the flags are kept up, taints are the cluster's by now.
      await client.patch(nodePath(settings), { metadata: { labels: wanted.metadata.labels } });
    }
    const node = await client.get<Node>(nodePath(settings));
    if (!node) throw new Error(`node ${settings.nodeName} went away while it was registered`);
    return node;
  }

  async #heartbeat(client: ApiClient, settings: KubeletSettings): Promise<void> {
    const node = await client.get<Node>(nodePath(settings));
    if (!node)
      throw new Error(`node ${settings.nodeName} was deleted; it is registered again at the next boot`);
    this.#node = node;
    const { ready } = this.#network;
    const status = nodeStatus(
      settings,
      this.#options.facts,
      ready,
      node.status?.conditions ?? [],
      new Date(),
    );
    await client.patch(`${nodePath(settings)}/status`, { status });
    if (this.#reportedReady !== ready) {
      this.#options.log(
        `kubelet: node ${settings.nodeName} is ${ready ? "ready" : "not ready: no network plugin"}`,
      );
    }
    this.#reportedReady = ready;
    await renewLease(client, node);
    this.#leaseRenewed = performance.now();
  }
}

function nodePath({ nodeName }: KubeletSettings): string {
  return `/api/v1/nodes/${nodeName}`;
}

/** The node's Lease in kube-node-lease, by which the controller manager sees that it lives. */
async function renewLease(client: ApiClient, { metadata }: Node): Promise<void> {
  const collection = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
  const renewTime = new Date().toISOString().replace("Z", "000Z");
  try {
    await client.patch(`${collection}/${metadata.name}`, { spec: { renewTime } }, "merge-patch");
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    const owner = { apiVersion: "v1", kind: "Node", name: metadata.name, uid: metadata.uid };
    await client.create(collection, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: metadata.name, namespace: "kube-node-lease", ownerReferences: [owner] },
      spec: { holderIdentity: metadata.name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
    });
  }
}

/** GET /healthz, which `kubeadm init` and `join` wait for. */
function healthServer(port: number): Promise<Server> {
  const server = createServer((_request, response) => response.end("ok"));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
