import { X509Certificate } from "node:crypto";
import ipaddr from "ipaddr.js";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import type { KeyRequest, LeafRequest } from "./x509-pair.ts";

/** cert-manager.io/v1 Certificate, the fields that are honoured here. */
export interface CertificateSpec {
  readonly secretName: string;
  readonly issuerRef: { readonly name: string; readonly kind?: string; readonly group?: string };
  readonly commonName?: string;
  readonly subject?: { readonly organizations?: readonly string[] };
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly isCA?: boolean;
  readonly usages?: readonly string[];
  readonly duration?: string;
  readonly renewBefore?: string;
  readonly privateKey?: KeyRequest & { readonly rotationPolicy?: string };
  readonly secretTemplate?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

const DEFAULT_DURATION_MS = 90 * 24 * 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** A Go duration ("2160h", "1h30m") in milliseconds. */
export function goDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text) {
    throw new Error(`"${text}" is not a duration such as 2160h or 1h30m`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS_MS[unit ?? ""] ?? 0), 0);
}

/** What to issue for a Certificate at the moment `now`, with cert-manager's defaults: 90 days, RSA 2048. */
export function leafRequest(spec: CertificateSpec, now: Date): LeafRequest {
  const duration = spec.duration ? goDuration(spec.duration) : DEFAULT_DURATION_MS;
  return {
    ...(spec.commonName ? { commonName: spec.commonName } : {}),
    organizations: spec.subject?.organizations ?? [],
    dnsNames: spec.dnsNames ?? [],
    ipAddresses: spec.ipAddresses ?? [],
    uris: spec.uris ?? [],
    isCA: spec.isCA ?? false,
    usages: spec.usages ?? ["digital signature", "key encipherment"],
    notBefore: now,
    notAfter: new Date(now.getTime() + duration),
    key: spec.privateKey ?? {},
  };
}

/** When to renew: `renewBefore` before the end, by default when a third of the life is left. */
export function renewalTime(spec: CertificateSpec, notBefore: Date, notAfter: Date): Date {
  const life = notAfter.getTime() - notBefore.getTime();
  const before = spec.renewBefore ? goDuration(spec.renewBefore) : life / 3;
  return new Date(notAfter.getTime() - Math.min(before, life));
}

/** Why a new certificate has to be issued, or undefined when the Secret's one is what the Certificate asks for. */
export function reissueReason(
  spec: CertificateSpec,
  secret: KubeObject | undefined,
  now: Date,
): string | undefined {
  const pem = Buffer.from(secret?.data?.["tls.crt"] ?? "", "base64").toString("utf8");
  const key = secret?.data?.["tls.key"];
  if (!pem || !key) return "the Secret holds no certificate";
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return "the Secret's tls.crt is not a certificate";
  }
  if (secret?.metadata.annotations?.["cert-manager.io/issuer-name"] !== spec.issuerRef.name)
    return "the issuer changed";
  if (namesOf(certificate) !== wantedNames(spec)) return "the names changed";
  const renewal = renewalTime(spec, new Date(certificate.validFrom), new Date(certificate.validTo));
  return now >= renewal ? "it is time to renew" : undefined;
}

function wantedNames(spec: CertificateSpec): string {
  const names = [
    ...(spec.dnsNames ?? []).map((name) => `DNS:${name}`),
    ...(spec.ipAddresses ?? []).map((address) => `IP Address:${normal(address)}`),
    ...(spec.uris ?? []).map((uri) => `URI:${uri}`),
  ];
  return `${spec.commonName ?? ""} ${names.sort().join(", ")}`;
}

function namesOf(certificate: X509Certificate): string {
  const commonName = /^CN=(.*)$/m.exec(certificate.subject ?? "")?.[1] ?? "";
  const names = (certificate.subjectAltName?.split(", ") ?? []).map((name) =>
    name.replace(/^IP Address:(.*)$/, (_, address: string) => `IP Address:${normal(address)}`),
  );
  return `${commonName} ${names.sort().join(", ")}`;
}

/** One spelling of an address: Node prints IPv6 ones in capitals and without "::". */
function normal(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.parse(address).toNormalizedString() : address;
}

/** The annotations that cert-manager leaves on the Secret, with those of the Certificate's own template. */
export function secretAnnotations(spec: CertificateSpec, certificateName: string): Record<string, string> {
  return {
    ...spec.secretTemplate?.annotations,
    "cert-manager.io/alt-names": (spec.dnsNames ?? []).join(","),
    "cert-manager.io/certificate-name": certificateName,
    "cert-manager.io/common-name": spec.commonName ?? "",
    "cert-manager.io/ip-sans": (spec.ipAddresses ?? []).join(","),
    "cert-manager.io/issuer-group": spec.issuerRef.group ?? "cert-manager.io",
    "cert-manager.io/issuer-kind": spec.issuerRef.kind ?? "Issuer",
    "cert-manager.io/issuer-name": spec.issuerRef.name,
    "cert-manager.io/uri-sans": (spec.uris ?? []).join(","),
  };
}
