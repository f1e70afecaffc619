import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Pod } from "./pod.ts";

/** What the pod runner keeps of a pod beside its processes. */
export interface PodRecord {
  readonly uid: string;
  /** Loopback address on which the pod's processes listen. */
  readonly address: string;
  /**
   * The address in the pod's status. It has to be one that the API server takes into EndpointSlices, which refuses
   * loopback addresses, so that Services have endpoints; and one that nobody else has: 198.18.0.0/15 is set aside for
   * tests of networks (RFC 2544) and leads nowhere.
   */
  readonly statusAddress: string;
  readonly containers: Readonly<Record<string, ContainerRecord>>;
}

export interface ContainerRecord {
  /** Name in the process table. */
  readonly process: string;
  readonly starts: number;
  /** ISO 8601; "" before the first start. */
  readonly startedAt: string;
  /** Ports that are opened elsewhere than the container says, by the container's port. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Names of pod processes in the process table begin so. */
export const POD_PREFIX = "pod-";

/**
 * The pods of this node, one folder each with a record and the pod's volumes: addresses, process names and counts
 * survive a restart of the stand-ins as the processes themselves do.
 */
export class PodRecords {
  readonly #folder: string;
  readonly #network: string;

  /**
   * @param folder where the pods' folders are kept.
   * @param network first three bytes of the loopback network of pods, such as "127.84.0".
   */
  constructor(folder: string, network: string) {
    this.#folder = folder;
    this.#network = network;
  }

  /** The folder of one pod. */
  folder(uid: string): string {
    return join(this.#folder, uid);
  }

  all(): PodRecord[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder).flatMap((uid) => this.find(uid) ?? []);
  }

  find(uid: string): PodRecord | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#folder, uid, "record.json"), "utf8")) as PodRecord;
    } catch {
      return undefined;
    }
  }

  /**
   * The pod's record, made when there is none. A process is named after what the pod belongs to
   * (pod-redfish-emulator); the second of the same name at a time gets a number.
   * @param address instead of the next free one of the network.
   * @throws Error when the network is used up.
   */
  ensure(pod: Pod, address?: string): PodRecord {
    const uid = pod.metadata.uid ?? "";
    const known = this.find(uid);
    if (known) return known;
    const others = this.all();
    const taken = new Set(
      others.flatMap(({ containers }) => Object.values(containers)).map((c) => c.process),
    );
    const containers = pod.spec?.containers ?? [];
    const named = containers.map((container): [string, ContainerRecord] => {
      const base = `${POD_PREFIX}${workloadOf(pod)}${containers.length > 1 ? `-${container.name}` : ""}`;
      let process = base;
      for (let number = 2; taken.has(process); number++) process = `${base}-${number}`;
      taken.add(process);
      return [container.name, { process, starts: 0, startedAt: "", ports: {} }];
    });
    const own = address ?? this.#freeAddress(others);
    const record: PodRecord = {
      uid,
      address: own,
      // Two halves of the block: last bytes of given addresses may be those of the pods' network, too.
      statusAddress: `198.${address ? 19 : 18}.${own.split(".").slice(2).join(".")}`,
      containers: Object.fromEntries(named),
    };
    this.#write(record);
    return record;
  }

  update(uid: string, container: string, change: Partial<ContainerRecord>): PodRecord {
    const record = this.find(uid);
    const before = record?.containers[container];
    if (!record || !before) throw new Error(`no record of container ${container} of pod ${uid}`);
    const after = { ...record, containers: { ...record.containers, [container]: { ...before, ...change } } };
    this.#write(after);
    return after;
  }

  /** Forgets the pod; certificates, tokens and passwords do not stay behind. Volumes of claims lie elsewhere. */
  remove(uid: string): void {
    rmSync(this.folder(uid), { recursive: true, force: true });
  }

  #freeAddress(others: readonly PodRecord[]): string {
    const taken = new Set(others.map(({ address }) => address));
    for (let last = 2; last < 255; last++) {
      const address = `${this.#network}.${last}`;
      if (!taken.has(address)) return address;
    }
    throw new Error(`no address of ${this.#network}.0/24 is free for another pod. Fix: delete pods`);
  }

  #write(record: PodRecord): void {
    const folder = this.folder(record.uid);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, "record.json.draft");
    writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, join(folder, "record.json"));
  }
}

/** The name of the Deployment (or other owner) that a pod comes from; its own when it has none. */
function workloadOf({ metadata }: Pod): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)?.name ?? metadata.name;
  const hash = metadata.labels?.["pod-template-hash"];
  return hash && owner.endsWith(`-${hash}`) ? owner.slice(0, -hash.length - 1) : owner;
}
