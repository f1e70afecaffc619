import type { Logger } from "pino";
import type { Clock } from "../power/clock.ts";
import { ApiReader, type ClusterAccess } from "./api-reader.ts";
import { type ClusterFact, type HostFact, labFacts, type MachineFact } from "./lab-facts.ts";
import { ResourceWatch } from "./resource-watch.ts";

export interface LabViewOptions {
  readonly access: ClusterAccess;
  /** Where hosts, machines and clusters are. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** What the Kubernetes API tells of one machine of the emulator. */
export interface HostStory {
  readonly host: HostFact;
  readonly machine?: MachineFact;
}

/** Of the API server, from its root, in a namespace. */
const COLLECTIONS = {
  hosts: ["/apis/metal3.io/v1alpha1", "baremetalhosts"],
  machines: ["/apis/cluster.x-k8s.io/v1beta2", "machines"],
  clusters: ["/apis/cluster.x-k8s.io/v1beta2", "clusters"],
} as const;
type Collection = keyof typeof COLLECTIONS;

/**
 * What the lab's Kubernetes API tells of hosts, machines and clusters: read, never written, and only for people to look at. Nothing of
 * the Redfish side waits for it or asks it.
 */
export class LabView {
  readonly #options: LabViewOptions;
  readonly #problems = new Map<Collection, string>();
  readonly #hosts: ResourceWatch<HostFact>;
  readonly #machines: ResourceWatch<MachineFact>;
  readonly #clusters: ResourceWatch<ClusterFact>;
  #problemSince: number | undefined;
  /** Machines by the Metal3Machine that has the host, as of a revision: a list asks for every host each second. */
  #index: { readonly revision: number; readonly machines: ReadonlyMap<string, MachineFact> } | undefined;

  constructor(options: LabViewOptions) {
    this.#options = options;
    const reader = new ApiReader(options.access);
    const watch = <Fact>(collection: Collection, read: (object: unknown) => Fact | undefined) => {
      const [group, plural] = COLLECTIONS[collection];
      const path = `${group}/namespaces/${encodeURIComponent(options.namespace)}/${plural}`;
      const { clock, random } = options;
      this.#problems.set(collection, "the Kubernetes API has not answered yet");
      const onProblem = (problem: string | undefined): void => this.#tell(collection, problem);
      return new ResourceWatch({ reader, path, read, clock, random, onProblem });
    };
    this.#hosts = watch("hosts", labFacts.host);
    this.#machines = watch("machines", labFacts.machine);
    this.#clusters = watch("clusters", labFacts.cluster);
    this.#problemSince = options.clock.now();
  }

  /** What a host's object, which has the name of the machine, and the Machine on it tell; undefined without such an object. */
  story(name: string): HostStory | undefined {
    const host = this.#hosts.items.get(name);
    if (!host) return undefined;
    const machine = host.consumer === undefined ? undefined : this.#byConsumer().get(host.consumer);
    return { host, ...(machine && { machine }) };
  }

  get clusters(): ReadonlyMap<string, ClusterFact> {
    return this.#clusters.items;
  }

  /** Why what is known may be old, or is nothing, and since when (wall clock). */
  get problem(): { readonly text: string; readonly since: number } | undefined {
    const [text] = this.#problems.values();
    return text === undefined || this.#problemSince === undefined
      ? undefined
      : { text, since: this.#problemSince };
  }

  #byConsumer(): ReadonlyMap<string, MachineFact> {
    const { items, revision } = this.#machines;
    if (this.#index?.revision !== revision) {
      const machines = new Map([...items.values()].map((machine) => [machine.infrastructure, machine]));
      this.#index = { revision, machines };
    }
    return this.#index.machines;
  }

  close(): void {
    for (const watch of [this.#hosts, this.#machines, this.#clusters]) watch.close();
  }

  #tell(collection: Collection, problem: string | undefined): void {
    const { logger, clock } = this.#options;
    if (problem === undefined) this.#problems.delete(collection);
    else this.#problems.set(collection, problem);
    if (this.#problems.size === 0) this.#problemSince = undefined;
    else this.#problemSince ??= clock.now();
    if (problem === undefined) logger.info({ collection }, "the Kubernetes API tells about the lab");
    else logger.warn({ collection, problem }, "the Kubernetes API does not tell about the lab");
  }
}
