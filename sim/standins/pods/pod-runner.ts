import type { KubeClient } from "../../kubernetes/kube-client.ts";
import { kinds, type ResourceKind } from "../../kubernetes/resource-kind.ts";
import type { ProcessTable } from "../../processes/process-table.ts";
import type { StandIn } from "../stand-in.ts";
import { repositoryOf } from "./container-command.ts";
import { ContainerRunner, type ContainerRunnerOptions } from "./container-runner.ts";
import type { KnownImage } from "./known-image.ts";
import type { Container, Pod } from "./pod.ts";
import { POD_PREFIX, type PodRecords } from "./pod-records.ts";
import { PodSandbox } from "./pod-sandbox.ts";
import { type ContainerFact, podStatus } from "./pod-status.ts";
import { ServiceAccountTokens } from "./service-account-tokens.ts";
import { unplayedContainer } from "./unplayed-container.ts";

/** How long what was read is good where nothing is told to have changed: a kubelet follows its volumes in a minute. */
const GOOD_MS = 10_000;

export interface PodRunnerOptions {
  readonly client: KubeClient;
  readonly table: ProcessTable;
  readonly records: PodRecords;
  readonly images: readonly KnownImage[];
  readonly projectDir: string;
  readonly log: (line: string) => void;
}

/**
 * Stands for the kubelet and the container runtime of the infra cluster's node.
 *
 * A pod of an image that it knows becomes processes of this machine with the pod's own arguments, Secrets, claims and
 * identity, so that what runs is configured by nothing but what was declared. Files follow their Secrets (certificate
 * rotation), a crash is answered by a restart with growing pauses, a deleted pod goes when its processes have ended,
 * and the pod's status says what is true: it is Ready when its readiness probe says so. Of a pod of another image it
 * says that it runs (that a Job's has succeeded), which nothing here depends on; of one whose registry cannot exist, that its
 * image cannot be pulled.
 *
 * Processes are kept in the process table: they outlive this stand-in and are taken over by the next one.
 */
export class PodRunner implements StandIn {
  readonly name = "pod-runner";
  readonly kinds: readonly ResourceKind[] = [
    kinds.pod,
    kinds.secret,
    kinds.configMap,
    kinds.persistentVolumeClaim,
    kinds.ironic,
  ];
  /** Processes end, and probes change their minds, without an event. */
  readonly resyncMs = 1_000;
  readonly #options: PodRunnerOptions;
  readonly #shared: ContainerRunnerOptions;
  readonly #runners = new Map<string, ContainerRunner>();
  readonly #busy = new Set<string>();
  readonly #lastErrors = new Map<string, string>();
  #seen: { readonly pods: readonly Pod[]; readonly at: number } | undefined;

  constructor(options: PodRunnerOptions) {
    this.#options = options;
    this.#shared = {
      ...options,
      tokens: new ServiceAccountTokens(options.client),
      sandbox: new PodSandbox(),
    };
  }

  /**
   * Begins a look at each pod; one that takes its time, such as a process that ends slowly, holds up no other. As long as
   * nothing has changed, what the API server said is good for some seconds: processes and probes are looked at all the same.
   */
  async reconcile(changed = true): Promise<void> {
    const known = changed ? undefined : this.#seen;
    const fresh = known === undefined || Date.now() - known.at >= GOOD_MS;
    const pods = fresh ? await this.#options.client.list<Pod>(kinds.pod) : known.pods;
    if (fresh) this.#seen = { pods, at: Date.now() };
    await this.#forgetOthers(new Set(pods.map(({ metadata }) => metadata.uid ?? "")));
    for (const pod of pods) {
      const uid = pod.metadata.uid ?? "";
      if (!pod.spec?.nodeName) continue;
      if (this.#busy.has(uid)) {
        if (fresh) this.#seen = undefined;
        continue;
      }
      this.#busy.add(uid);
      void this.#visit(pod, fresh)
        .then(
          () => this.#lastErrors.delete(uid),
          (error: unknown) => {
            this.#seen = undefined;
            this.#report(pod, error);
          },
        )
        .finally(() => this.#busy.delete(uid));
    }
  }

  async #visit(pod: Pod, fresh: boolean): Promise<void> {
    const { client, records } = this.#options;
    const containers = pod.spec?.containers ?? [];
    if (pod.metadata.deletionTimestamp) {
      await Promise.all(containers.map((container) => this.#runner(pod, container)?.stop(pod)));
      this.#forget(pod.metadata.uid ?? "");
      await client.deleteNow(kinds.pod, pod);
      return;
    }
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return;
    const address = containers.map((container) => this.#image(container)?.address).find((own) => own);
    const record = records.ensure(pod, address);
    const facts: ContainerFact[] = [];
    for (const container of containers) {
      const runner = this.#runner(pod, container);
      facts.push(runner ? await runner.look(pod, fresh) : unplayedContainer(pod, container));
    }
    const status = podStatus(pod, facts, record.statusAddress, new Date());
    if (status) await client.merge(kinds.pod, pod, { status }, "status");
  }

  #image(container: Container): KnownImage | undefined {
    const repository = repositoryOf(container.image);
    return this.#options.images.find((known) => known.repository === repository);
  }

  #runner(pod: Pod, container: Container): ContainerRunner | undefined {
    const image = this.#image(container);
    if (!image) return undefined;
    const key = `${pod.metadata.uid}/${container.name}`;
    const runner = this.#runners.get(key) ?? new ContainerRunner(this.#shared, container, image);
    this.#runners.set(key, runner);
    return runner;
  }

  /** Pods that went without being seen to go, and processes that no record knows. */
  async #forgetOthers(present: ReadonlySet<string>): Promise<void> {
    const { table, records } = this.#options;
    const gone = records.all().filter(({ uid }) => !present.has(uid) && !this.#busy.has(uid));
    for (const { uid } of gone) this.#forget(uid);
    const known = new Set(
      records.all().flatMap(({ containers }) => Object.values(containers).map(({ process }) => process)),
    );
    for (const { name } of table.list()) {
      if (!name.startsWith(POD_PREFIX) || known.has(name)) continue;
      await table.stop(name);
      this.#options.log(`ended ${name}: its pod is gone`);
    }
  }

  #forget(uid: string): void {
    this.#options.records.remove(uid);
    this.#shared.tokens.forget(uid);
    this.#lastErrors.delete(uid);
    for (const key of this.#runners.keys()) if (key.startsWith(`${uid}/`)) this.#runners.delete(key);
  }

  /** The same error at every look is worth one line. */
  #report(pod: Pod, error: unknown): void {
    const { uid = "", namespace, name } = pod.metadata;
    const message = error instanceof Error ? error.message : String(error);
    if (this.#lastErrors.get(uid) !== message) this.#options.log(`${namespace}/${name}: ${message}`);
    this.#lastErrors.set(uid, message);
  }
}
