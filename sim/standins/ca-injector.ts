import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../kubernetes/resource-kind.ts";
import type { CertificateSpec } from "./certificate-plan.ts";
import type { StandIn } from "./stand-in.ts";

const INJECT_FROM = "cert-manager.io/inject-ca-from";
const MANAGER = "cert-manager-cainjector";

interface ClientConfig {
  readonly caBundle?: string;
}

/** A webhook configuration (admissionregistration.k8s.io/v1) or a CustomResourceDefinition. */
export interface Injectable extends KubeObject<DefinitionSpec> {
  readonly webhooks?: readonly { readonly name: string; readonly clientConfig: ClientConfig }[];
}

interface DefinitionSpec {
  readonly conversion?: {
    readonly strategy?: string;
    readonly webhook?: { readonly clientConfig?: ClientConfig };
  };
}

/**
 * Stands for cert-manager's cainjector: writes the authority of a Certificate (`ca.crt` of its Secret) into the
 * webhook configurations and conversion webhooks that name it with the annotation `cert-manager.io/inject-ca-from:
 * NAMESPACE/CERTIFICATE`, so that the API server trusts what serves there.
 */
export class CaInjector implements StandIn {
  readonly name = "ca-injector";
  readonly kinds: readonly ResourceKind[] = [
    kinds.validatingWebhooks,
    kinds.mutatingWebhooks,
    kinds.customResourceDefinition,
    kinds.certificate,
    kinds.secret,
  ];
  readonly #client: KubeClient;
  readonly #log: (line: string) => void;
  /** Version and bundle of each object that was looked into, by uid. */
  readonly #seen = new Map<string, string>();

  constructor(client: KubeClient, log: (line: string) => void) {
    this.#client = client;
    this.#log = log;
  }

  async reconcile(): Promise<void> {
    const authorities = new Map<string, string | undefined>();
    for (const kind of [kinds.validatingWebhooks, kinds.mutatingWebhooks, kinds.customResourceDefinition]) {
      for (const { metadata } of await this.#client.listMetadata(kind)) {
        const from = metadata.annotations?.[INJECT_FROM];
        if (!from || metadata.deletionTimestamp) continue;
        if (!authorities.has(from)) authorities.set(from, await this.#authority(from));
        const bundle = authorities.get(from);
        // One look for each version of each object: definitions are big.
        const seen = `${metadata.resourceVersion} ${bundle}`;
        if (!bundle || this.#seen.get(metadata.uid ?? "") === seen) continue;
        await this.#inject(kind, metadata.name, bundle);
        this.#seen.set(metadata.uid ?? "", seen);
      }
    }
  }

  async #inject(kind: ResourceKind, name: string, caBundle: string): Promise<void> {
    const object = await this.#client.get<Injectable>(kind, name);
    const fields = object && injection(object, caBundle);
    if (!fields) return;
    const { uid } = object.metadata;
    // Applied alone, so that who declared the rest keeps it; with its uid, so that a deleted object is not made anew.
    await this.#client.apply(kind, { metadata: { name, ...(uid ? { uid } : {}) }, ...fields }, MANAGER);
    this.#log(`${kind.kind} ${name}: authority of ${object.metadata.annotations?.[INJECT_FROM]}`);
  }

  /** The bundle in base64, or undefined until the Certificate has been issued. */
  async #authority(from: string): Promise<string | undefined> {
    const [namespace = "", name = ""] = from.split("/");
    const certificate = await this.#client.get<KubeObject<CertificateSpec>>(
      kinds.certificate,
      name,
      namespace,
    );
    const secretName = certificate?.spec?.secretName;
    if (!secretName) return undefined;
    const secret = await this.#client.get(kinds.secret, secretName, namespace);
    // As the cainjector: a Secret that is not this Certificate's own is not to be trusted.
    if (secret?.metadata.annotations?.["cert-manager.io/certificate-name"] !== name) return undefined;
    return secret.data?.["ca.crt"] || undefined;
  }
}

/** The fields that give an object the bundle; undefined when it has it, or has no webhook. */
export function injection(object: Injectable, caBundle: string): object | undefined {
  if (object.webhooks) {
    if (object.webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return undefined;
    return { webhooks: object.webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })) };
  }
  const { strategy, webhook } = object.spec?.conversion ?? {};
  if (strategy !== "Webhook" || webhook?.clientConfig?.caBundle === caBundle) return undefined;
  return { spec: { conversion: { strategy, webhook: { clientConfig: { caBundle } } } } };
}
