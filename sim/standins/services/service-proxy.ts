import type { KubeClient } from "../../kubernetes/kube-client.ts";
import { kinds, type ResourceKind } from "../../kubernetes/resource-kind.ts";
import type { Pod } from "../pods/pod.ts";
import type { PodRecords } from "../pods/pod-records.ts";
import type { StandIn } from "../stand-in.ts";
import { type Locate, type Service, serviceRoutes } from "./service-routes.ts";
import { TcpForwarder } from "./tcp-forwarder.ts";

/**
 * Stands for kube-proxy and for the container network's port mapping: listens on the cluster addresses of Services,
 * which lie in a loopback network here (kwokctl-configuration), and on the node's ports of pods, and forwards each TCP
 * connection to a ready pod. So the API server reaches webhooks as they are declared, by Service.
 */
export class ServiceProxy implements StandIn {
  readonly name = "service-proxy";
  readonly kinds: readonly ResourceKind[] = [kinds.service, kinds.pod];
  readonly #client: KubeClient;
  readonly #records: PodRecords;
  readonly #log: (line: string) => void;
  readonly #forwarders = new Map<string, TcpForwarder>();
  readonly #refused = new Map<string, string>();

  constructor(client: KubeClient, records: PodRecords, log: (line: string) => void) {
    this.#client = client;
    this.#records = records;
    this.#log = log;
  }

  async reconcile(): Promise<void> {
    const services = await this.#client.list<Service>(kinds.service);
    const pods = await this.#client.list<Pod>(kinds.pod);
    const routes = new Map(
      serviceRoutes(services, pods, this.#locate).map((route) => [`${route.host}:${route.port}`, route]),
    );
    for (const [key, forwarder] of this.#forwarders) {
      if (routes.has(key)) continue;
      forwarder.close();
      this.#forwarders.delete(key);
    }
    for (const [key, { host, port, of, targets }] of routes) {
      const forwarder = this.#forwarders.get(key) ?? (await this.#listen(key, host, port, of));
      if (forwarder) forwarder.targets = targets;
    }
  }

  /** Ends every connection. */
  close(): void {
    for (const forwarder of this.#forwarders.values()) forwarder.close();
    this.#forwarders.clear();
  }

  readonly #locate: Locate = (pod, port) => {
    const record = this.#records.find(pod.metadata.uid ?? "");
    if (!record) return undefined;
    const moved = Object.values(record.containers)
      .map(({ ports }) => ports[String(port)])
      .find((other) => other !== undefined);
    return { host: record.address, port: moved ?? port };
  };

  /** A port that somebody else has keeps that one Service from being reached, and is tried again at the next look. */
  async #listen(key: string, host: string, port: number, of: string): Promise<TcpForwarder | undefined> {
    try {
      const forwarder = await TcpForwarder.listen(host, port);
      this.#forwarders.set(key, forwarder);
      this.#refused.delete(key);
      return forwarder;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.#refused.get(key) !== message) this.#log(`${of} cannot be served: ${message}`);
      this.#refused.set(key, message);
      return undefined;
    }
  }
}
