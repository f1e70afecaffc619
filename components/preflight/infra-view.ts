import { z } from "zod";
import { hostNamespace } from "../config/resolve/host-namespace.ts";
import { ironicName, metal3Namespace } from "../metal3/names.ts";
import { imageServerName } from "../node-image/image-server.ts";
import { emulatorNames, labNamespace } from "../redfish-emulator/names.ts";
import { type ClusterAnswer, type ClusterReader, ClusterSilent } from "./cluster-reader.ts";
import {
  type InfraDeployment,
  type InfraNode,
  type InfraPod,
  type InfraService,
  type InfraStorageClass,
  infraShapes,
} from "./infra-shapes.ts";
import type { Seen } from "./seen.ts";

const statusSchema = z.object({ message: z.string() });

/** What answers to GET /version. */
export interface InfraVersion {
  /** As in v1.34.3+k3s1. */
  readonly gitVersion: string;
  readonly server: string;
  /** See ClusterAnswer. */
  readonly clockAhead: number | undefined;
}

/**
 * The infra cluster as the checks see it: each thing is read once, when it is first asked for, however many checks want it. A
 * cluster that does not answer is not asked for the rest.
 */
export class InfraView {
  readonly #connect: () => ClusterReader;
  readonly #answers = new Map<string, Promise<Seen<ClusterAnswer>>>();
  #connected: Promise<Seen<{ reader: ClusterReader; answer: ClusterAnswer }>> | undefined;

  /** @param connect may throw ClusterSilent. */
  constructor(connect: () => ClusterReader) {
    this.#connect = connect;
  }

  async version(): Promise<Seen<InfraVersion>> {
    const connected = await this.#connection();
    if ("unseen" in connected) return connected;
    const { reader, answer } = connected.seen;
    const version = infraShapes.version.safeParse(answer.body);
    if (!version.success) return { unseen: `${reader.server} answers, but is no Kubernetes API` };
    const { server } = reader;
    return { seen: { gitVersion: version.data.gitVersion, server, clockAhead: answer.clockAhead } };
  }

  nodes(): Promise<Seen<readonly InfraNode[]>> {
    return this.#list("/api/v1/nodes", infraShapes.node);
  }

  storageClasses(): Promise<Seen<readonly InfraStorageClass[]>> {
    return this.#list("/apis/storage.k8s.io/v1/storageclasses", infraShapes.storageClass);
  }

  services(): Promise<Seen<readonly InfraService[]>> {
    return this.#list("/api/v1/services", infraShapes.service);
  }

  pods(): Promise<Seen<readonly InfraPod[]>> {
    return this.#list("/api/v1/pods", infraShapes.pod);
  }

  /** In kube-system, where k3s puts its own. */
  systemDeployments(): Promise<Seen<readonly InfraDeployment[]>> {
    return this.#list("/apis/apps/v1/namespaces/kube-system/deployments", infraShapes.deployment);
  }

  /** Bytes of a node's disk, from its kubelet. */
  async disk(node: string): Promise<Seen<{ readonly available: number; readonly capacity: number }>> {
    const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`;
    const answer = await this.#answer(path);
    if ("unseen" in answer) return answer;
    const summary = infraShapes.summary.safeParse(answer.seen.body);
    if (!summary.success)
      return { unseen: `the kubelet of ${node} does not tell (HTTP ${answer.seen.status})` };
    const { availableBytes, capacityBytes } = summary.data.node.fs;
    return { seen: { available: availableBytes, capacity: capacityBytes } };
  }

  /** Names of the lab's hosts; none where Metal3 is not installed. */
  async hosts(): Promise<Seen<readonly string[]>> {
    const path = `/apis/metal3.io/v1alpha1/namespaces/${hostNamespace}/baremetalhosts`;
    const answer = await this.#answer(path);
    if ("seen" in answer && answer.seen.status === 404) return { seen: [] };
    const hosts = await this.#list(path, infraShapes.host);
    return "unseen" in hosts ? hosts : { seen: hosts.seen.map(({ metadata }) => metadata.name) };
  }

  /** Whether `pulumi up` made Ironic already: what holds its ports and answers DHCP is it, then. */
  ironic(): Promise<Seen<boolean>> {
    return this.#exists(
      `/apis/ironic.metal3.io/v1alpha1/namespaces/${metal3Namespace}/ironics/${ironicName}`,
    );
  }

  /** Whether the emulator is declared, which is then the only one that may talk to devices. */
  emulator(): Promise<Seen<boolean>> {
    return this.#exists(`/apis/apps/v1/namespaces/${labNamespace}/deployments/${emulatorNames.workload}`);
  }

  imageServer(): Promise<Seen<boolean>> {
    return this.#exists(`/apis/apps/v1/namespaces/${labNamespace}/deployments/${imageServerName}`);
  }

  /** Whether a workload cluster is declared: who answers at its endpoint is it, then. */
  cluster(name: string): Promise<Seen<boolean>> {
    return this.#exists(`/apis/cluster.x-k8s.io/v1beta2/namespaces/${hostNamespace}/clusters/${name}`);
  }

  async #list<Item>(path: string, shape: z.ZodType<Item>): Promise<Seen<readonly Item[]>> {
    const answer = await this.#answer(path);
    if ("unseen" in answer) return answer;
    const list = z.object({ items: z.array(shape) }).safeParse(answer.seen.body);
    return list.success ? { seen: list.data.items } : { unseen: said(path, answer.seen) };
  }

  async #exists(path: string): Promise<Seen<boolean>> {
    const answer = await this.#answer(path);
    if ("unseen" in answer) return answer;
    const { status } = answer.seen;
    return status === 200 || status === 404 ? { seen: status === 200 } : { unseen: said(path, answer.seen) };
  }

  #answer(path: string): Promise<Seen<ClusterAnswer>> {
    const known = this.#answers.get(path);
    if (known !== undefined) return known;
    const asked = this.#ask(path);
    this.#answers.set(path, asked);
    return asked;
  }

  async #ask(path: string): Promise<Seen<ClusterAnswer>> {
    const connected = await this.#connection();
    if ("unseen" in connected) return connected;
    return heard(() => connected.seen.reader.get(path));
  }

  #connection(): Promise<Seen<{ reader: ClusterReader; answer: ClusterAnswer }>> {
    this.#connected ??= heard(async () => {
      const reader = this.#connect();
      return { reader, answer: await reader.get("/version") };
    });
    return this.#connected;
  }
}

async function heard<Value>(ask: () => Promise<Value>): Promise<Seen<Value>> {
  try {
    return { seen: await ask() };
  } catch (error) {
    if (!(error instanceof ClusterSilent)) throw error;
    return { unseen: error.message };
  }
}

/** A refusal in the API server's own words. */
function said(path: string, { status, body }: ClusterAnswer): string {
  const refusal = statusSchema.safeParse(body);
  return `GET ${path}: HTTP ${status}${refusal.success ? `: ${refusal.data.message}` : ""}`;
}
