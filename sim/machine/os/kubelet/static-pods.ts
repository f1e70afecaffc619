import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { insidePaths, nodeBinaryNames } from "../private-root.ts";
import { httpProbe } from "./http-probe.ts";
import type { Container, Pod } from "./kubernetes-types.ts";
import { StaticProcess } from "./static-process.ts";
import type { Workload } from "./workload.ts";

/** A manifest of the static pod folder, carried out. */
export interface StaticPod {
  readonly file: string;
  /** Of the manifest's text: another one is another pod. */
  readonly hash: string;
  readonly pod: Pod;
  readonly workloads: ReadonlyMap<string, Workload>;
}

export interface StaticPodsOptions {
  readonly nodeName: () => string;
  readonly nodeAddress: string;
  /** Plays a container that is no binary here; undefined when nobody does: it exists as an object only. */
  readonly play: (container: Container, pod: Pod) => Workload | undefined;
  readonly log: (line: string) => void;
}

/**
 * Nothing is lost by it here: what a power cut ends are processes, not the host's disk cache. On a real disk etcd waits
 * for every write, and four of them on one laptop's disk would lose their leaders.
 */
const ADDED_ARGUMENTS: Readonly<Record<string, readonly string[]>> = { etcd: ["--unsafe-no-fsync"] };

/**
 * The static pods of one machine: each manifest of the folder is a pod, each container whose command is a known binary a
 * process. A changed manifest is another pod, and the end of the old one comes first; one that is gone ends.
 */
export class StaticPods {
  readonly #options: StaticPodsOptions;
  readonly #pods = new Map<string, StaticPod>();

  constructor(options: StaticPodsOptions) {
    this.#options = options;
  }

  get all(): readonly StaticPod[] {
    return [...this.#pods.values()];
  }

  /** Makes what runs equal to what is in the folder. Files that are no pods are named in the log and left out. */
  async sync(folder: string): Promise<void> {
    const files = folder !== "" && existsSync(folder) ? readdirSync(folder) : [];
    const wanted = new Map<string, string>();
    for (const file of files.filter((name) => !name.startsWith(".")).sort()) {
      try {
        wanted.set(file, readFileSync(join(folder, file), "utf8"));
      } catch {
        // Gone or a folder: as if it were not there.
      }
    }
    for (const running of this.all) {
      const text = wanted.get(running.file);
      if (text === undefined || hashOf(text) !== running.hash) await this.#end(running);
    }
    for (const [file, text] of wanted) {
      if (!this.#pods.has(file)) this.#start(file, text);
    }
  }

  /** Ends all of them in the order in which they need each other: etcd last, the API server before it. */
  async stop(): Promise<void> {
    const holding = (container: string) => this.all.filter(({ workloads }) => workloads.has(container));
    const last = [holding("kube-apiserver"), holding("etcd")];
    const first = this.all.filter((each) => !last.flat().includes(each));
    for (const group of [first, ...last]) await Promise.all(group.map((each) => this.#end(each)));
  }

  #start(file: string, text: string): void {
    const pod = parsed(text);
    // A file that is being written; the next look finds it whole.
    if (!pod) return;
    const workloads = new Map<string, Workload>();
    for (const container of pod.spec.containers) {
      const workload = this.#process(container, pod) ?? this.#options.play(container, pod);
      if (workload) workloads.set(container.name, workload);
      this.#options.log(
        `kubelet: ${workload ? "starts" : "has no program for, and only shows,"} ${container.name}`,
      );
    }
    this.#pods.set(file, { file, hash: hashOf(text), pod, workloads });
  }

  async #end(running: StaticPod): Promise<void> {
    this.#pods.delete(running.file);
    await Promise.all([...running.workloads.values()].map((workload) => workload.stop()));
    this.#options.log(`kubelet: ended ${running.pod.metadata.name}`);
  }

  #process(container: Container, pod: Pod): StaticProcess | undefined {
    const [command, ...args] = [...(container.command ?? []), ...(container.args ?? [])];
    const binary = nodeBinaryNames.find((name) => name === basename(command ?? ""));
    if (!binary) return undefined;
    const probe = container.readinessProbe?.httpGet;
    const { log, nodeAddress } = this.#options;
    return new StaticProcess({
      command: join(insidePaths.kubernetes, binary),
      args: [...args, ...(ADDED_ARGUMENTS[binary] ?? [])],
      env: Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? ""])),
      logFile: `/var/log/pods/${pod.metadata.name}.log`,
      ...(probe ? { readiness: () => httpProbe(container, probe, nodeAddress) } : {}),
      onRestart: (exit) => log(`kubelet: ${container.name} ended (${exit}) and is started again`),
    });
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function parsed(text: string): Pod | undefined {
  try {
    const pod = parse(text) as (Pod & { kind?: string }) | null;
    return pod?.kind === "Pod" && pod.metadata?.name && Array.isArray(pod.spec?.containers) ? pod : undefined;
  } catch {
    return undefined;
  }
}
