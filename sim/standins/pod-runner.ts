import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../kubernetes/resource-kind.ts";
import type { ProcessTable } from "../processes/process-table.ts";
import {
  type Container,
  localArguments,
  localEnvironment,
  type PodSpec,
  repositoryOf,
} from "./container-command.ts";
import { PodVolumes, VolumeNotReady } from "./pod-volumes.ts";
import type { StandIn } from "./stand-in.ts";

type Pod = KubeObject<PodSpec>;

/** An image that can be run here: a part of its name, and the program that is its entry point. */
export interface KnownImage {
  readonly repository: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Of the program: another one means another process. */
  readonly revision: string;
}

export interface PodRunnerOptions {
  readonly client: KubeClient;
  readonly table: ProcessTable;
  /** Folder for the pods' volumes. */
  readonly folder: string;
  /** The address that "all addresses" means inside a pod. */
  readonly podAddress: string;
  readonly images: readonly KnownImage[];
  readonly projectDir: string;
  readonly log: (line: string) => void;
}

/** Names of pod processes in the process table begin so; the container's name follows. */
export const POD_PREFIX = "pod-";

const BACK_OFF_MS = { first: 1_000, most: 10_000 } as const;
/** A process that lived this long is taken for healthy: its next crash is a first one. */
const HEALTHY_MS = 60_000;

interface Attempts {
  readonly revision: string;
  readonly failures: number;
  readonly lastStart: number;
}

/**
 * Stands for the kubelet and the container runtime, for the images it knows: kwok says of every pod that it runs, this
 * makes it true for the Redfish emulator.
 *
 * A scheduled pod becomes a process of this machine with the pod's own arguments, Secrets and claims, so that what
 * runs is configured by nothing but what was declared. Its files follow their Secrets (certificate rotation), another
 * pod means another process (the old one is ended first, as with strategy Recreate), a crash is answered by a restart
 * with growing pauses, and a pod that is gone by the end of its process. Processes are kept in the process table: they
 * outlive this stand-in and are taken over by the next one.
 */
export class PodRunner implements StandIn {
  readonly name = "pod-runner";
  readonly kinds: readonly ResourceKind[] = [
    kinds.pod,
    kinds.secret,
    kinds.configMap,
    kinds.persistentVolumeClaim,
  ];
  readonly #options: PodRunnerOptions;
  readonly #attempts = new Map<string, Attempts>();

  constructor(options: PodRunnerOptions) {
    this.#options = options;
  }

  async reconcile(): Promise<void> {
    const wanted = new Map<string, { pod: Pod; container: Container; image: KnownImage }>();
    const pods = await this.#options.client.list<Pod>(kinds.pod);
    // The newest pod last: where two pods hold a container of the same name, it is the one that stays.
    pods.sort((a, b) =>
      (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""),
    );
    for (const pod of pods) {
      if (pod.metadata.deletionTimestamp || !pod.spec?.nodeName) continue;
      for (const container of pod.spec.containers) {
        const image = this.#options.images.find(
          (known) => repositoryOf(container.image) === known.repository,
        );
        if (image) wanted.set(POD_PREFIX + container.name, { pod, container, image });
      }
    }
    for (const { name } of this.#options.table.list()) {
      if (name.startsWith(POD_PREFIX) && !wanted.has(name)) await this.#end(name);
    }
    for (const [name, { pod, container, image }] of wanted) await this.#run(name, pod, container, image);
  }

  async #run(name: string, pod: Pod, container: Container, image: KnownImage): Promise<void> {
    const { client, table, podAddress, projectDir, log } = this.#options;
    const { namespace = "default", uid = "" } = pod.metadata;
    const volumes = new PodVolumes(client, join(this.#options.folder, uid));
    const folders = new Map<string, string>();
    try {
      for (const volume of pod.spec?.volumes ?? []) {
        const mounted = container.volumeMounts?.some((mount) => mount.name === volume.name);
        if (mounted) folders.set(volume.name, await volumes.materialise(volume, namespace));
      }
    } catch (error) {
      // As a kubelet: a pod whose volumes are not there waits, and one that runs keeps what it has.
      if (error instanceof VolumeNotReady)
        throw new Error(`${namespace}/${pod.metadata.name} waits: ${error.message}`);
      throw error;
    }
    const revision = createHash("sha256")
      .update(`${uid}${JSON.stringify(container)}${image.revision}`)
      .digest("hex")
      .slice(0, 16);
    if (!this.#mayStart(name, revision)) return;
    const { started, pid } = await table.ensure({
      name,
      command: image.command,
      args: [...image.args, ...localArguments(container, folders, podAddress)],
      cwd: projectDir,
      env: localEnvironment(container, { name: pod.metadata.name, namespace }, podAddress),
      revision,
      graceMs: (pod.spec?.terminationGracePeriodSeconds ?? 30) * 1_000,
    });
    if (!started) return;
    const before = this.#attempts.get(name);
    const crashed = before?.revision === revision && Date.now() - before.lastStart < HEALTHY_MS;
    this.#attempts.set(name, {
      revision,
      failures: crashed ? before.failures + 1 : 0,
      lastStart: Date.now(),
    });
    log(
      `started ${container.name} of ${namespace}/${pod.metadata.name}, pid ${pid}${crashed ? " (again)" : ""}`,
    );
  }

  /** False while a process that has just crashed has to wait (CrashLoopBackOff). */
  #mayStart(name: string, revision: string): boolean {
    const before = this.#attempts.get(name);
    if (!before || before.revision !== revision || this.#options.table.running(name)) return true;
    const pause = Math.min(BACK_OFF_MS.first * 2 ** before.failures, BACK_OFF_MS.most);
    return Date.now() >= before.lastStart + pause;
  }

  async #end(name: string): Promise<void> {
    await this.#options.table.stop(name);
    this.#attempts.delete(name);
    // Certificates and passwords do not stay behind; volumes of claims lie elsewhere.
    rmSync(this.#options.folder, { recursive: true, force: true });
    this.#options.log(`ended ${name.slice(POD_PREFIX.length)}: its pod is gone`);
  }
}
