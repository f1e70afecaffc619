import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KubeClient } from "../../kubernetes/kube-client.ts";
import { freePort } from "../../processes/free-port.ts";
import type { ProcessTable } from "../../processes/process-table.ts";
import { apiServerEnvironment } from "./api-server-environment.ts";
import { localArguments, webhookPort } from "./container-command.ts";
import { containerEnvironment } from "./container-environment.ts";
import { ironicEnvironment } from "./ironic-wiring.ts";
import type { KnownImage } from "./known-image.ts";
import type { Container, Pod } from "./pod.ts";
import type { PodRecord, PodRecords } from "./pod-records.ts";
import type { PodSandbox } from "./pod-sandbox.ts";
import type { ContainerFact } from "./pod-status.ts";
import { PodVolumes, VolumeNotReady } from "./pod-volumes.ts";
import { ProbeWatch } from "./probe-watch.ts";
import type { ServiceAccountTokens } from "./service-account-tokens.ts";

export interface ContainerRunnerOptions {
  readonly client: KubeClient;
  readonly table: ProcessTable;
  readonly records: PodRecords;
  readonly tokens: ServiceAccountTokens;
  readonly sandbox: PodSandbox;
  readonly projectDir: string;
  readonly log: (line: string) => void;
}

/** Where a container that talks to the API server finds its identity. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const BACK_OFF_MS = { first: 1_000, most: 10_000 } as const;
/** A process that lived this long is taken for healthy: its next crash is a first one. */
const HEALTHY_MS = 60_000;

/** Volumes' folders by name, and variables. */
type Files = readonly [folders: ReadonlyMap<string, string>, environment: Readonly<Record<string, string>>];

/** One run of a container's process and what is known about its health. */
interface Run {
  readonly revision: string;
  readonly failures: number;
  readonly startedAt: number;
  readonly ready: ProbeWatch | undefined;
  readonly live: ProbeWatch | undefined;
}

/**
 * One container of one pod as a process: brings its files, starts it, restarts it with growing pauses when it ends or
 * its liveness probe fails, and says whether it is ready, as its readiness probe does.
 */
export class ContainerRunner {
  readonly #options: ContainerRunnerOptions;
  readonly #container: Container;
  readonly #image: KnownImage;
  #run: Run | undefined;
  #known: Files | undefined;

  constructor(options: ContainerRunnerOptions, container: Container, image: KnownImage) {
    this.#options = options;
    this.#container = container;
    this.#image = image;
  }

  /**
   * Looks after the process once.
   * @param fresh whether volumes and variables are read anew; otherwise those of the last time do.
   */
  async look(pod: Pod, fresh = true): Promise<ContainerFact> {
    const { table, records } = this.#options;
    const uid = pod.metadata.uid ?? "";
    let record = records.ensure(pod, this.#image.address);
    const { process } = this.#recordIn(record);
    const running = table.running(process) !== undefined;
    try {
      const files = (!fresh && this.#known) || (await this.#files(pod, record));
      this.#known = files;
      const [folders, environment] = files;
      if (!running && this.#waits()) return this.#fact(pod, "CrashLoopBackOff", this.#lastWords(process));
      if (!running && this.#image.controller) {
        const port = String(webhookPort(this.#container, this.#image.controller));
        record = records.update(uid, this.#container.name, { ports: { [port]: await freePort() } });
      }
      await this.#ensure(pod, record, folders, environment);
    } catch (error) {
      // As a kubelet: a pod whose volumes are not there waits, and one that runs keeps what it has.
      if (!(error instanceof VolumeNotReady)) throw error;
      if (!running) return this.#fact(pod, "ContainerCreating", error.message);
    }
    return this.#health(pod);
  }

  /** What a Service or a probe finds behind a port of the container. */
  located(pod: Pod): (port: number) => { host: string; port: number } {
    const record = this.#options.records.ensure(pod, this.#image.address);
    const { ports } = this.#recordIn(record);
    // A port of its own choice is open on every address, the pod's included.
    return (port) => ({ host: record.address, port: ports[String(port)] ?? port });
  }

  #recordIn(record: PodRecord) {
    const found = record.containers[this.#container.name];
    if (!found) throw new Error(`no record of container ${this.#container.name} of pod ${record.uid}`);
    return found;
  }

  async #files(pod: Pod, record: PodRecord): Promise<Files> {
    const { client, tokens, records } = this.#options;
    const { namespace = "default" } = pod.metadata;
    const folder = records.folder(record.uid);
    const volumes = new PodVolumes(client, tokens, join(folder, "volumes"));
    const folders = new Map<string, string>();
    for (const volume of pod.spec?.volumes ?? []) {
      const mounted = this.#container.volumeMounts?.some((mount) => mount.name === volume.name);
      if (mounted) folders.set(volume.name, await volumes.materialise(volume, pod));
    }
    const declared = await containerEnvironment(client, this.#container, pod, record.address);
    const environment = this.#image.controller?.asksIronic
      ? await ironicEnvironment(client, declared, namespace, join(folder, "ironic"))
      : declared;
    // Controllers have a kubeconfig, and would take these for a cluster around them.
    const server = this.#image.controller ? {} : apiServerEnvironment(client);
    return [folders, { ...server, ...environment, TMPDIR: this.#temporary(folder, folders), HOME: folder }];
  }

  /** A folder for temporary files, in which volumes below /tmp lie as they do in the container. */
  #temporary(folder: string, folders: ReadonlyMap<string, string>): string {
    const temporary = join(folder, "tmp", this.#container.name);
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    for (const { name, mountPath } of this.#container.volumeMounts ?? []) {
      const below = /^\/tmp\/(.+?)\/?$/.exec(mountPath)?.[1];
      const target = folders.get(name);
      if (!below || !target || existsSync(join(temporary, below))) continue;
      mkdirSync(dirname(join(temporary, below)), { recursive: true });
      symlinkSync(target, join(temporary, below));
    }
    return temporary;
  }

  async #ensure(
    pod: Pod,
    record: PodRecord,
    folders: ReadonlyMap<string, string>,
    env: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { table, records, sandbox, projectDir, log } = this.#options;
    const { uid = "", namespace = "default", name } = pod.metadata;
    const { process, ports, starts } = this.#recordIn(record);
    const mount = this.#container.volumeMounts?.find(({ mountPath }) => mountPath === SERVICE_ACCOUNT);
    const identity = mount ? folders.get(mount.name) : undefined;
    const kubeconfig = this.#image.controller && identity ? this.#kubeconfig(uid, identity) : undefined;
    const sandboxed = Boolean(this.#image.controller && identity && sandbox.possible);
    const place = {
      folders,
      address: record.address,
      ports,
      sandboxed,
      ...(kubeconfig ? { kubeconfig } : {}),
    };
    const revision = createHash("sha256")
      .update(`${uid}${JSON.stringify(this.#container)}${this.#image.revision}`)
      .digest("hex")
      .slice(0, 16);
    const { started, pid } = await table.ensure({
      name: process,
      command: this.#image.command,
      args: [...this.#image.args, ...localArguments(this.#container, this.#image, place)],
      ...(sandboxed && identity ? { wrapper: sandbox.wrapper(identity) } : {}),
      cwd: projectDir,
      env,
      inheritEnvironment: false,
      revision,
      graceMs: (pod.spec?.terminationGracePeriodSeconds ?? 30) * 1_000,
    });
    if (!started && this.#run) return;
    const before = this.#run;
    const again = started && before !== undefined && Date.now() - before.startedAt < HEALTHY_MS;
    const { readinessProbe, livenessProbe } = this.#container;
    this.#run = {
      revision,
      failures: again ? before.failures + 1 : 0,
      startedAt: Date.now(),
      ready: readinessProbe && new ProbeWatch(readinessProbe, true),
      live: livenessProbe && new ProbeWatch(livenessProbe, false),
    };
    if (!started) return;
    const startedAt = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    records.update(uid, this.#container.name, { starts: starts + 1, startedAt });
    const times = starts > 0 ? ` (start ${starts + 1})` : "";
    log(`started ${process} of ${namespace}/${name}, pid ${pid}${times}`);
  }

  /** The administrator's server and authority, the pod's own token: its rights are those of its ServiceAccount. */
  #kubeconfig(uid: string, identity: string): string {
    const { client, records } = this.#options;
    const file = join(records.folder(uid), "kubeconfig.json");
    const cluster = client.config.getCurrentCluster();
    const content = JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "pod",
      contexts: [{ name: "pod", context: { cluster: "infra", user: "pod" } }],
      clusters: [
        {
          name: "infra",
          cluster: { server: cluster?.server, "certificate-authority": join(identity, "ca.crt") },
        },
      ],
      users: [{ name: "pod", user: { tokenFile: join(identity, "token") } }],
    });
    if (!existsSync(file) || readFileSync(file, "utf8") !== content)
      writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** Whether a process that has just crashed has to wait (CrashLoopBackOff). */
  #waits(): boolean {
    if (!this.#run) return false;
    const pause = Math.min(BACK_OFF_MS.first * 2 ** this.#run.failures, BACK_OFF_MS.most);
    return Date.now() < this.#run.startedAt + pause;
  }

  async #health(pod: Pod): Promise<ContainerFact> {
    const { table, records, log } = this.#options;
    const { process } = this.#recordIn(records.ensure(pod, this.#image.address));
    if (!table.running(process)) return this.#fact(pod, "CrashLoopBackOff", this.#lastWords(process));
    const located = this.located(pod);
    if ((await this.#run?.live?.look(this.#container, located)) === false) {
      log(`${process} does not answer its liveness probe: it is started anew`);
      await table.stop(process);
      return this.#fact(pod, "CrashLoopBackOff", "its liveness probe failed");
    }
    const ready = this.#run?.ready ? (await this.#run.ready.look(this.#container, located)) === true : true;
    return this.#fact(pod, ready);
  }

  #lastWords(process: string): string {
    return this.#options.table.tail(process, 3).slice(-500);
  }

  #fact(pod: Pod, state: boolean | string, message?: string): ContainerFact {
    const record = this.#options.records.ensure(pod, this.#image.address);
    const { starts, startedAt } = this.#recordIn(record);
    return {
      container: this.#container,
      restarts: Math.max(0, starts - 1),
      ready: state === true,
      state:
        typeof state === "string"
          ? { waiting: { reason: state, ...(message ? { message } : {}) } }
          : { running: { startedAt } },
    };
  }

  /** Ends the process. */
  async stop(pod: Pod): Promise<void> {
    const record = this.#options.records.find(pod.metadata.uid ?? "");
    if (record) await this.#options.table.stop(this.#recordIn(record).process);
    rmSync(join(this.#options.records.folder(pod.metadata.uid ?? ""), "kubeconfig.json"), { force: true });
  }
}
