import { declarationOf } from "../ironic/declaration-of.ts";
import type { IronicService } from "../ironic/ironic-service.ts";
import { type IronicSpec, type Reference, referencesOf } from "../ironic/ironic-spec.ts";
import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject, OwnerReference } from "../kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../kubernetes/resource-kind.ts";
import { type Finding, readyCondition } from "./condition.ts";
import type { StandIn } from "./stand-in.ts";

interface IronicStatus {
  readonly installedVersion?: string;
}

export interface IronicOperatorOptions {
  readonly client: KubeClient;
  readonly log: (line: string) => void;
  readonly now?: () => Date;
  /** Runs the real Ironic as the resource says. Without it only the inputs are checked: for a lab that waits for nothing. */
  readonly ironic?: IronicService;
}

/** Without this label the operator may not even see a Secret or ConfigMap (its cache is filtered by it). */
const LABEL = "environment.metal3.io/ironic-standalone-operator";
/** The version that ironic-standalone-operator 0.11 installs when the resource names none. */
const DEFAULT_VERSION = "38.0";

/**
 * Stands for ironic-standalone-operator, whose image cannot be had where this project is checked; the Ironic that it
 * runs is the real one.
 *
 * Takes the Secrets and ConfigMaps that an Ironic resource names if they carry the label that lets the operator read
 * them, becomes their owner (deleting the Ironic resource has them collected, as with the real one), runs Ironic with
 * what they hold and ends it when the resource goes. Writes the status as the operator does: Ready with
 * DeploymentAvailable and the installed version once the API answers to the declared login, DeploymentInProgress
 * before, DeploymentFailed with the reason when an input is missing or Ironic has ended.
 */
export class IronicOperator implements StandIn {
  readonly name = "ironic-operator";
  readonly kinds: readonly ResourceKind[] = [kinds.ironic, kinds.secret, kinds.configMap];
  /** Ironic may end, or begin to answer, without an event. */
  readonly resyncMs = 2_000;
  readonly #client: KubeClient;
  readonly #log: (line: string) => void;
  readonly #now: () => Date;
  readonly #ironic: IronicService | undefined;

  constructor({ client, log, now = () => new Date(), ironic }: IronicOperatorOptions) {
    this.#client = client;
    this.#log = log;
    this.#now = now;
    this.#ironic = ironic;
  }

  async reconcile(): Promise<void> {
    const all = await this.#client.list<KubeObject<IronicSpec, IronicStatus>>(kinds.ironic);
    const living = all.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (living.length === 0) await this.#ironic?.remove();
    for (const ironic of living) {
      const finding = await this.#judge(ironic);
      const condition = readyCondition(ironic, finding, this.#now());
      const version = ironic.spec?.version ?? DEFAULT_VERSION;
      const installed = finding.ready && ironic.status?.installedVersion !== version;
      if (!condition && !installed) continue;
      const status = {
        ...(condition ? { conditions: [condition] } : {}),
        ...(installed ? { installedVersion: version } : {}),
      };
      await this.#client.merge(kinds.ironic, ironic, { status }, "status");
      this.#log(`${ironic.metadata.namespace}/${ironic.metadata.name}: ${finding.reason} ${finding.message}`);
    }
  }

  async #judge(ironic: KubeObject<IronicSpec>): Promise<Finding> {
    const inputs = new Map<string, KubeObject>();
    for (const reference of referencesOf(ironic.spec ?? {})) {
      const taken = await this.#take(ironic, reference);
      if (typeof taken === "string") return { ready: false, reason: "DeploymentFailed", message: taken };
      inputs.set(`${reference.kind}/${reference.name}`, taken);
    }
    if (this.#ironic) {
      const declaration = declarationOf(ironic.spec ?? {}, inputs);
      if (typeof declaration === "string") {
        return { ready: false, reason: "DeploymentFailed", message: declaration };
      }
      if (await this.#ironic.ensure(declaration)) this.#log("started ironic");
      const problem = await this.#ironic.problem(declaration);
      if (problem) return { ready: false, reason: "DeploymentInProgress", message: problem };
    }
    return { ready: true, reason: "DeploymentAvailable", message: "ironic is available" };
  }

  /** The object after having become its owner, or why the operator could not use it. */
  async #take(ironic: KubeObject, { kind, name }: Reference): Promise<KubeObject | string> {
    const namespace = ironic.metadata.namespace ?? "";
    const of = kind === "Secret" ? kinds.secret : kinds.configMap;
    const object = await this.#client.get(of, name, namespace);
    const what = `${kind === "Secret" ? "secret" : "configmap"} ${namespace}/${name}`;
    if (!object) return `cannot load ${what}: not found`;
    if (object.metadata.labels?.[LABEL] !== "true") {
      return `cannot load ${what}: it does not carry the label ${LABEL}: "true"`;
    }
    const owners = object.metadata.ownerReferences ?? [];
    const uid = ironic.metadata.uid ?? "";
    if (owners.some((owner) => owner.uid === uid)) return object;
    const mine: OwnerReference = {
      apiVersion: kinds.ironic.apiVersion,
      kind: kinds.ironic.kind,
      name: ironic.metadata.name,
      uid,
    };
    await this.#client.merge(of, object, { metadata: { ownerReferences: [...owners, mine] } });
    return object;
  }
}
