import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { labNamespace } from "../../../components/redfish-emulator/names.ts";
import { ApiRefusal, ApiUnreachable, fieldManager, type KubeApi } from "../kube-api.ts";
import { LabError } from "../lab-error.ts";
import { objectName } from "./backup-object.ts";
import { definitionsPath, freshDefinition } from "./custom-kind.ts";
import { holds } from "./holds.ts";
import { patientWrite } from "./patient-write.ts";
import { type PlannedObject, type RestorePlan, recordPath } from "./restore-plan.ts";
import { lostOwners, restoredFields, restoredObject } from "./restored-object.ts";

export interface RestoreObjectsOptions {
  readonly say: (line: string) => void;
  /** Milliseconds. */
  readonly sleep?: (duration: number) => Promise<void>;
}

/** How often a write is tried that got no answer, or whose kind is not served yet. */
const tries = 8;

const madeSchema = z.looseObject({
  metadata: z.looseObject({
    uid: z.string(),
    managedFields: z.array(z.looseObject({ manager: z.string().optional() })).optional(),
  }),
});

/**
 * Carries a plan out: definitions, namespaces, then objects, owners first, all of them held. Every step is found done when it is
 * run again.
 */
export class ObjectRestore {
  readonly #api: KubeApi;
  readonly #say: (line: string) => void;
  readonly #sleep: (duration: number) => Promise<void>;

  constructor(api: KubeApi, { say, sleep = (duration) => pause(duration) }: RestoreObjectsOptions) {
    this.#api = api;
    this.#say = say;
    this.#sleep = sleep;
  }

  /**
   * @param backup its id, which the infra cluster keeps until `lab resume`, so that another run goes on.
   * @throws LabError naming the object that the API server refuses; ApiUnreachable: run it again.
   */
  async run({ definitions, namespaces, objects }: RestorePlan, backup: string): Promise<void> {
    for (const name of namespaces) {
      await this.#make(
        "/api/v1/namespaces",
        { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        `Namespace ${name}`,
      );
    }
    const record = { name: holds.restoreRecord, namespace: labNamespace };
    if ((await this.#api.find(recordPath)) === undefined) {
      const list = recordPath.slice(0, recordPath.lastIndexOf("/"));
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: record, data: { backup } };
      await this.#make(list, object, `ConfigMap ${holds.restoreRecord}`);
    }
    for (const kind of definitions) {
      const { name } = kind.definition.metadata;
      await this.#make(definitionsPath, freshDefinition(kind), name);
    }
    if (definitions.length > 0) this.#say(`${definitions.length} definitions made`);
    const uids = new Map<string, string>();
    for (const planned of objects) await this.#restore(planned, uids);
    const there = objects.filter(({ present }) => present !== undefined).length;
    this.#say(`${objects.length - there} objects made${there === 0 ? "" : `, ${there} were there`}`);
  }

  async #restore({ object, list, present }: PlannedObject, uids: Map<string, string>): Promise<void> {
    const name = objectName(object);
    for (const owner of lostOwners(object, uids)) {
      this.#say(`note: ${name} loses its owner ${owner.kind} ${owner.name}, which is not in the backup`);
    }
    const made = present ?? (await this.#make(list, restoredObject(object, uids), name));
    const { uid, managedFields = [] } = madeSchema.parse(made).metadata;
    uids.set(object.metadata.uid, uid);
    // Of an object that is there, only where an earlier run ended between the two steps.
    const allOurs =
      managedFields.length > 0 && managedFields.every(({ manager }) => manager === fieldManager);
    if (present !== undefined && !allOurs) return;
    const fields = restoredFields(object, uids);
    const path = `${list}/${encodeURIComponent(object.metadata.name)}`;
    if (fields.length > 0) {
      await this.#patiently(name, () => this.#api.patch(path, { metadata: { managedFields: fields } }));
    }
  }

  /** Makes an object; one that is there by now was made by a try that got no answer. */
  #make(list: string, object: object, name: string): Promise<unknown> {
    return this.#patiently(name, async () => {
      try {
        return await this.#api.create(list, object);
      } catch (error) {
        if (!(error instanceof ApiRefusal) || error.status !== 409) throw error;
        const metadata: unknown = Reflect.get(object, "metadata");
        const own = z.object({ name: z.string() }).parse(metadata).name;
        return this.#api.get(`${list}/${encodeURIComponent(own)}`);
      }
    });
  }

  async #patiently<T>(name: string, attempt: () => Promise<T>): Promise<T> {
    try {
      return await patientWrite(attempt, {
        tries,
        passes: (error) =>
          error instanceof ApiUnreachable || (error instanceof ApiRefusal && error.status === 404),
        sleep: this.#sleep,
      });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      throw new LabError(
        `${name} cannot be restored: ${error.message}`,
        "Nothing runs yet: mend it and run lab restore again",
      );
    }
  }
}
