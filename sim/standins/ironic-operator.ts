import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject, OwnerReference } from "../kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../kubernetes/resource-kind.ts";
import { type Finding, readyCondition } from "./condition.ts";
import type { StandIn } from "./stand-in.ts";

/** ironic.metal3.io/v1alpha1 Ironic, the fields that are looked at here. */
interface IronicSpec {
  readonly version?: string;
  readonly apiCredentialsName?: string;
  readonly tls?: {
    readonly certificateName?: string;
    readonly bmcCA?: Reference;
    readonly bmcCAName?: string;
    readonly trustedCA?: Reference;
    readonly trustedCAName?: string;
  };
}

interface IronicStatus {
  readonly installedVersion?: string;
}

interface Reference {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
}

/** Without this label the operator may not even see a Secret or ConfigMap (its cache is filtered by it). */
const LABEL = "environment.metal3.io/ironic-standalone-operator";
/** The version that ironic-standalone-operator 0.11 installs when the resource names none. */
const DEFAULT_VERSION = "38.0";

/** The Secrets and ConfigMaps that an Ironic resource names. */
export function referencesOf(spec: IronicSpec): Reference[] {
  const secret = (name: string | undefined): Reference[] => (name ? [{ kind: "Secret", name }] : []);
  const tls = spec.tls ?? {};
  return [
    ...secret(spec.apiCredentialsName),
    ...secret(tls.certificateName),
    ...secret(tls.bmcCAName),
    ...secret(tls.trustedCAName),
    ...(tls.bmcCA ? [tls.bmcCA] : []),
    ...(tls.trustedCA ? [tls.trustedCA] : []),
  ];
}

/**
 * Stands for ironic-standalone-operator, whose image cannot be had where this project is checked. No Ironic runs yet.
 *
 * Writes the status of Ironic resources as the operator does: Ready with DeploymentAvailable and the installed version
 * once every Secret and ConfigMap that the resource names is there and carries the label that lets the operator read
 * it, DeploymentFailed with the reason otherwise. Takes ownership of those objects, so that deleting the Ironic
 * resource has them collected, as with the real one.
 */
export class IronicOperator implements StandIn {
  readonly name = "ironic-operator";
  readonly kinds: readonly ResourceKind[] = [kinds.ironic, kinds.secret, kinds.configMap];
  readonly #client: KubeClient;
  readonly #log: (line: string) => void;
  readonly #now: () => Date;

  constructor(client: KubeClient, log: (line: string) => void, now: () => Date = () => new Date()) {
    this.#client = client;
    this.#log = log;
    this.#now = now;
  }

  async reconcile(): Promise<void> {
    for (const ironic of await this.#client.list<KubeObject<IronicSpec, IronicStatus>>(kinds.ironic)) {
      if (ironic.metadata.deletionTimestamp) continue;
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
    for (const reference of referencesOf(ironic.spec ?? {})) {
      const failure = await this.#take(ironic, reference);
      if (failure) return { ready: false, reason: "DeploymentFailed", message: failure };
    }
    return { ready: true, reason: "DeploymentAvailable", message: "ironic is available" };
  }

  /** Why the operator could not use the object, or undefined after having become its owner. */
  async #take(ironic: KubeObject, { kind, name }: Reference): Promise<string | undefined> {
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
    if (owners.some((owner) => owner.uid === uid)) return undefined;
    const mine: OwnerReference = {
      apiVersion: kinds.ironic.apiVersion,
      kind: kinds.ironic.kind,
      name: ironic.metadata.name,
      uid,
    };
    await this.#client.merge(of, object, { metadata: { ownerReferences: [...owners, mine] } });
    return undefined;
  }
}
