import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { hostNamespace } from "../../../components/config/resolve/host-namespace.ts";
import { ApiUnreachable, type KubeApi } from "../kube-api.ts";
import { LabError } from "../lab-error.ts";
import { type BackupObject, backupObject, objectName } from "./backup-object.ts";
import { coreListPath } from "./core-list-path.ts";
import { type CustomKind, customKind, definitionsPath, freshDefinition } from "./custom-kind.ts";
import { isHost } from "./restored-object.ts";

/** How often the lab is read for two readings that agree, and milliseconds between them. */
const readings = 6;
const everyMs = 2_000;

const hostStatus = z.object({ provisioning: z.object({ state: z.string() }) });

export interface LabObjects {
  readonly definitions: readonly object[];
  readonly objects: readonly BackupObject[];
}

/** Reads what a lab consists of in its infra cluster: hosts, clusters, machines, their Secrets and ConfigMaps. Changes nothing. */
export class BackupReader {
  readonly #api: Pick<KubeApi, "list" | "server">;
  readonly #sleep: (duration: number) => Promise<void>;

  constructor(
    api: Pick<KubeApi, "list" | "server">,
    sleep: (duration: number) => Promise<void> = (duration) => pause(duration),
  ) {
    this.#api = api;
    this.#sleep = sleep;
  }

  /**
   * All objects as they were at one moment: they are read until two readings agree, since there is no reading of several kinds at
   * once, and a machine without its Secret could not be restored.
   * @throws LabError when the lab does not stand still, or there is none; ApiRefusal, ApiUnreachable.
   */
  async read(say: (line: string) => void): Promise<LabObjects> {
    const kinds = (await this.#api.list(definitionsPath)).flatMap((item) => customKind(item) ?? []);
    let before = await this.#objects(kinds);
    for (let left = readings - 1; left > 0; left--) {
      await this.#sleep(everyMs);
      const now = await this.#objects(kinds);
      const changed = changes(before, now);
      if (changed.length === 0) return this.#result(kinds, now);
      say(`still changing: ${changed.slice(0, 3).join(", ")}`);
      before = now;
    }
    throw new LabError(
      `the lab does not stand still for a backup: its objects changed between ${readings} readings`,
      "Wait until lab watch --until settled ends, or hold it still with --hold",
    );
  }

  #result(kinds: readonly CustomKind[], objects: readonly BackupObject[]): LabObjects {
    if (!objects.some(isHost)) {
      const problem = `${this.#api.server} has no BareMetalHost in namespace ${hostNamespace}`;
      throw new LabError(
        problem,
        "Check edge-lab:infra.kubeconfig and edge-lab:infra.context in the stack file",
      );
    }
    const used = new Set(objects.map(({ kind, apiVersion }) => `${apiVersion} ${kind}`));
    const needed = kinds.filter(({ kind, apiVersion }) => used.has(`${apiVersion} ${kind}`));
    return { definitions: needed.map(freshDefinition), objects };
  }

  async #objects(kinds: readonly CustomKind[]): Promise<BackupObject[]> {
    const lists = kinds.map(({ path, ...kind }) => ({ ...kind, path: path(hostNamespace) }));
    const core = ["Secret", "ConfigMap"].map((kind) => ({
      kind,
      apiVersion: "v1",
      path: coreListPath(kind, hostNamespace),
    }));
    const read = await Promise.all(
      [...lists, ...core].map(async ({ kind, apiVersion, path }) =>
        // Items of a list do not say their kind.
        (await this.#list(path)).map((item) =>
          backupObject.parse(Object.assign({}, item, { kind, apiVersion })),
        ),
      ),
    );
    return read.flat().filter((object) => !isMadeByItself(object));
  }

  /** A list that is long comes late on a busy machine: one more try, as it changes nothing. */
  async #list(path: string): Promise<readonly unknown[]> {
    try {
      return await this.#api.list(path);
    } catch (error) {
      if (!(error instanceof ApiUnreachable)) throw error;
      await this.#sleep(everyMs);
      return this.#api.list(path);
    }
  }
}

/** What every namespace gets from the API server itself. */
function isMadeByItself({ kind, metadata, type }: BackupObject): boolean {
  if (kind === "ConfigMap") return metadata.name === "kube-root-ca.crt";
  return kind === "Secret" && type === "kubernetes.io/service-account-token";
}

/** What came, went or changed in what it is to be: a status that ticks on is no change, but for a host's state. Pure. */
function changes(before: readonly BackupObject[], now: readonly BackupObject[]): string[] {
  const known = new Map(before.map((object) => [object.metadata.uid, fingerprint(object)]));
  const changed = now.filter((object) => known.get(object.metadata.uid) !== fingerprint(object));
  const present = new Set(now.map(({ metadata }) => metadata.uid));
  const gone = before.filter(({ metadata }) => !present.has(metadata.uid));
  return [...changed.map(objectName), ...gone.map((object) => `${objectName(object)} went`)];
}

function fingerprint(object: BackupObject): string {
  const { generation, resourceVersion, deletionTimestamp, ownerReferences } = object.metadata;
  const host = isHost(object) ? hostState(object) : "";
  return JSON.stringify([generation ?? resourceVersion, deletionTimestamp, ownerReferences, host]);
}

/** Of a BareMetalHost, as in "provisioned". Pure. */
export function hostState({ status }: BackupObject): string {
  return hostStatus.safeParse(status).data?.provisioning.state ?? "";
}
