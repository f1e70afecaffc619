import { X509Certificate } from "node:crypto";
import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../kubernetes/resource-kind.ts";
import {
  type CertificateSpec,
  leafRequest,
  reissueReason,
  renewalTime,
  secretAnnotations,
} from "./certificate-plan.ts";
import { type Finding, readyCondition } from "./condition.ts";
import type { StandIn } from "./stand-in.ts";
import { makePair, type PemPair } from "./x509-pair.ts";

interface IssuerSpec {
  readonly selfSigned?: object;
  readonly ca?: { readonly secretName: string };
}

type Certificate = KubeObject<CertificateSpec>;
type Issuer = KubeObject<IssuerSpec>;

/** Where cert-manager looks for the Secrets of ClusterIssuers (--cluster-resource-namespace). */
const CLUSTER_ISSUER_NAMESPACE = "cert-manager";
const MANAGER = "cert-manager-certificates-issuing";

/**
 * Stands for cert-manager's controllers, whose images and commands cannot be had where this project is checked.
 *
 * Fulfils Certificates by Issuers and ClusterIssuers of the kinds `ca` and `selfSigned`: writes the Secret (tls.crt,
 * tls.key, ca.crt, the template's labels and annotations), issues again when names or issuer change, when the Secret
 * is gone and when it is time to renew, and keeps the Ready conditions. As with cert-manager, the Secret stays when
 * its Certificate is deleted.
 */
export class CertificateIssuer implements StandIn {
  readonly name = "certificate-issuer";
  readonly kinds: readonly ResourceKind[] = [
    kinds.certificate,
    kinds.issuer,
    kinds.clusterIssuer,
    kinds.secret,
  ];
  readonly #client: KubeClient;
  readonly #log: (line: string) => void;
  readonly #now: () => Date;

  constructor(client: KubeClient, log: (line: string) => void, now: () => Date = () => new Date()) {
    this.#client = client;
    this.#log = log;
    this.#now = now;
  }

  async reconcile(): Promise<void> {
    const issuers = await this.#client.list<Issuer>(kinds.issuer);
    const clusterIssuers = await this.#client.list<Issuer>(kinds.clusterIssuer);
    for (const issuer of issuers) await this.#reconcileIssuer(kinds.issuer, issuer);
    for (const issuer of clusterIssuers) await this.#reconcileIssuer(kinds.clusterIssuer, issuer);
    const failures: unknown[] = [];
    for (const certificate of await this.#client.list<Certificate>(kinds.certificate)) {
      if (certificate.metadata.deletionTimestamp) continue;
      const { name, kind } = certificate.spec?.issuerRef ?? { name: "", kind: "" };
      const namespace = certificate.metadata.namespace;
      const issuer =
        kind === "ClusterIssuer"
          ? clusterIssuers.find((candidate) => candidate.metadata.name === name)
          : issuers.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
      // One certificate that cannot be issued must not keep the others waiting.
      await this.#reconcileCertificate(certificate, issuer).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async #reconcileIssuer(kind: ResourceKind, issuer: Issuer): Promise<void> {
    const finding = await this.#judge(issuer);
    const condition = readyCondition(issuer, finding, this.#now());
    if (condition) await this.#client.merge(kind, issuer, { status: { conditions: [condition] } }, "status");
  }

  async #judge(issuer: Issuer): Promise<Finding> {
    if (issuer.spec?.selfSigned) return { ready: true, reason: "IsReady", message: "" };
    if (!issuer.spec?.ca) {
      return {
        ready: false,
        reason: "NotSupported",
        message: "this stand-in knows the kinds ca and selfSigned",
      };
    }
    try {
      await this.#authority(issuer);
      return { ready: true, reason: "KeyPairVerified", message: "Signing CA verified" };
    } catch (error) {
      return { ready: false, reason: "ErrGetKeyPair", message: (error as Error).message };
    }
  }

  /** The signing pair of a `ca` issuer; undefined for `selfSigned`. */
  async #authority(issuer: Issuer): Promise<PemPair | undefined> {
    const name = issuer.spec?.ca?.secretName;
    if (!name) return undefined;
    const namespace = issuer.metadata.namespace ?? CLUSTER_ISSUER_NAMESPACE;
    const secret = await this.#client.get(kinds.secret, name, namespace);
    if (!secret) throw new Error(`Error getting keypair for CA issuer: secret "${name}" not found`);
    const certificate = decode(secret, "tls.crt");
    const key = decode(secret, "tls.key");
    if (!new X509Certificate(certificate).ca) {
      throw new Error(`Error getting keypair for CA issuer: certificate in secret "${name}" is not a CA`);
    }
    return { certificate, key };
  }

  async #reconcileCertificate(certificate: Certificate, issuer: Issuer | undefined): Promise<void> {
    const { spec, metadata } = certificate;
    if (!spec || !metadata.namespace) return;
    if (!issuer || !(await this.#judge(issuer)).ready) {
      const kind = spec.issuerRef.kind ?? "Issuer";
      const message = `Referenced "${kind}" ${issuer ? "not ready" : "not found"}: ${spec.issuerRef.name}`;
      await this.#report(certificate, { ready: false, reason: "DoesNotExist", message });
      return;
    }
    let secret = await this.#client.get(kinds.secret, spec.secretName, metadata.namespace);
    const reason = reissueReason(spec, secret, this.#now());
    if (reason) {
      this.#log(`issuing ${metadata.namespace}/${metadata.name}: ${reason}`);
      secret = await this.#issue(certificate, spec, await this.#authority(issuer));
    } else if (secret && !hasTemplate(secret, spec)) {
      secret = await this.#client.apply(
        kinds.secret,
        this.#secret(certificate, spec, secret.data ?? {}),
        MANAGER,
      );
    }
    if (!secret) return;
    const issued = new X509Certificate(decode(secret, "tls.crt"));
    await this.#report(
      certificate,
      { ready: true, reason: "Ready", message: "Certificate is up to date and has not expired" },
      issued,
    );
  }

  async #issue(
    certificate: Certificate,
    spec: CertificateSpec,
    authority: PemPair | undefined,
  ): Promise<KubeObject> {
    const pair = await makePair(leafRequest(spec, this.#now()), authority);
    const data = {
      "tls.crt": encode(pair.certificate),
      "tls.key": encode(pair.key),
      "ca.crt": encode(authority?.certificate ?? pair.certificate),
    };
    return this.#client.apply(kinds.secret, this.#secret(certificate, spec, data), MANAGER);
  }

  #secret(
    certificate: Certificate,
    spec: CertificateSpec,
    data: Readonly<Record<string, string>>,
  ): KubeObject {
    return {
      metadata: {
        name: spec.secretName,
        ...(certificate.metadata.namespace ? { namespace: certificate.metadata.namespace } : {}),
        labels: { ...spec.secretTemplate?.labels, "controller.cert-manager.io/fao": "true" },
        annotations: secretAnnotations(spec, certificate.metadata.name),
      },
      type: "kubernetes.io/tls",
      data: {
        "tls.crt": data["tls.crt"] ?? "",
        "tls.key": data["tls.key"] ?? "",
        "ca.crt": data["ca.crt"] ?? "",
      },
    };
  }

  async #report(certificate: Certificate, finding: Finding, issued?: X509Certificate): Promise<void> {
    const condition = readyCondition(certificate, finding, this.#now());
    const dates = issued && certificate.spec ? validity(certificate.spec, issued) : {};
    const before = certificate.status as Partial<Record<string, unknown>> | undefined;
    if (!condition && Object.entries(dates).every(([key, value]) => before?.[key] === value)) return;
    const status = condition ? { conditions: [condition], ...dates } : dates;
    await this.#client.merge(kinds.certificate, certificate, { status }, "status");
  }
}

function validity(spec: CertificateSpec, issued: X509Certificate): Record<string, string> {
  const [notBefore, notAfter] = [new Date(issued.validFrom), new Date(issued.validTo)];
  const time = (date: Date) => date.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    notBefore: time(notBefore),
    notAfter: time(notAfter),
    renewalTime: time(renewalTime(spec, notBefore, notAfter)),
  };
}

function hasTemplate(secret: KubeObject, spec: CertificateSpec): boolean {
  const holds = (have: Readonly<Record<string, string>> = {}, want: Readonly<Record<string, string>> = {}) =>
    Object.entries(want).every(([key, value]) => have[key] === value);
  return (
    holds(secret.metadata.labels, spec.secretTemplate?.labels) &&
    holds(secret.metadata.annotations, spec.secretTemplate?.annotations)
  );
}

function decode(secret: KubeObject, key: string): string {
  const value = secret.data?.[key];
  if (!value) throw new Error(`secret "${secret.metadata.name}" has no key ${key}`);
  return Buffer.from(value, "base64").toString("utf8");
}

function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
