// First: what @peculiar/x509 asks of the global Reflect when it is loaded.
import "reflect-metadata";
import { createPrivateKey, type KeyObject, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

/** A private key and its certificate, as PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

export interface KeyRequest {
  readonly algorithm?: "RSA" | "ECDSA" | "Ed25519";
  /** Bits of an RSA key (2048), or of an ECDSA curve (256, 384, 521). */
  readonly size?: number;
  readonly encoding?: "PKCS1" | "PKCS8";
}

export interface LeafRequest {
  readonly commonName?: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly isCA: boolean;
  /** cert-manager's usage names: "server auth", "client auth", "digital signature" … */
  readonly usages: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: KeyRequest;
}

type KeyAlgorithm = webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams | { readonly name: "Ed25519" };

const CURVES: Readonly<Record<number, string>> = { 256: "P-256", 384: "P-384", 521: "P-521" };
const NODE_CURVES: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

function generation(key: KeyRequest): KeyAlgorithm {
  if (key.algorithm === "Ed25519") return { name: "Ed25519" };
  if (key.algorithm === "ECDSA") return { name: "ECDSA", namedCurve: CURVES[key.size ?? 256] ?? "P-256" };
  return {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: key.size ?? 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
}

/** The form of an existing key for WebCrypto, whatever PEM form it came in. */
async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const key = createPrivateKey(pem);
  const der = key.export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, importAlgorithm(key), false, ["sign"]);
}

function importAlgorithm(
  key: KeyObject,
): webcrypto.RsaHashedImportParams | webcrypto.EcKeyImportParams | { name: "Ed25519" } {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    case "ec":
      return {
        name: "ECDSA",
        namedCurve: NODE_CURVES[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? "P-256",
      };
    case "ed25519":
      return { name: "Ed25519" };
    default:
      throw new Error(`a CA key of type ${key.asymmetricKeyType} cannot sign here (RSA, EC or Ed25519 can)`);
  }
}

function signingAlgorithm(key: webcrypto.CryptoKey): webcrypto.Algorithm | webcrypto.EcdsaParams {
  return key.algorithm.name === "ECDSA" ? { name: "ECDSA", hash: "SHA-256" } : { name: key.algorithm.name };
}

/** The key as PEM in the encoding that was asked for; PKCS1 of an EC key means SEC1, as in cert-manager. */
async function exportKey(key: webcrypto.CryptoKey, encoding: KeyRequest["encoding"]): Promise<string> {
  const object = createPrivateKey({
    key: Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)),
    format: "der",
    type: "pkcs8",
  });
  const kind = object.asymmetricKeyType;
  if (encoding === "PKCS8" || kind === "ed25519")
    return object.export({ type: "pkcs8", format: "pem" }).toString();
  return object.export({ type: kind === "rsa" ? "pkcs1" : "sec1", format: "pem" }).toString();
}

/**
 * Makes a key and has its certificate signed by `issuer`, or by itself without one. RFC 5280: subject alternative
 * names, basic constraints, key usage, subject and authority key identifiers.
 */
export async function makePair(leaf: LeafRequest, issuer?: PemPair): Promise<PemPair> {
  const keys = (await webcrypto.subtle.generateKey(generation(leaf.key), true, [
    "sign",
    "verify",
  ])) as webcrypto.CryptoKeyPair;
  const signingKey = issuer ? await importKey(issuer.key) : keys.privateKey;
  const issuerCertificate = issuer ? new x509.X509Certificate(issuer.certificate) : undefined;
  const subject = subjectOf(leaf);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString("hex"),
    subject,
    issuer: issuerCertificate ? issuerCertificate.subjectName.toJSON() : subject,
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: signingAlgorithm(signingKey),
    extensions: [
      new x509.BasicConstraintsExtension(leaf.isCA, undefined, true),
      new x509.KeyUsagesExtension(keyUsage(leaf), true),
      ...extendedUsage(leaf),
      ...alternativeNames(leaf),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(
        issuerCertificate ? issuerCertificate.publicKey : keys.publicKey,
      ),
    ],
  });
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: await exportKey(keys.privateKey, leaf.key.encoding),
  };
}

function subjectOf(leaf: LeafRequest): x509.JsonName {
  const names: x509.JsonName = [];
  if (leaf.organizations.length > 0) names.push({ O: [...leaf.organizations] });
  if (leaf.commonName) names.push({ CN: [leaf.commonName] });
  return names;
}

function alternativeNames(leaf: LeafRequest): x509.Extension[] {
  const names: x509.JsonGeneralName[] = [
    ...leaf.dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...leaf.ipAddresses.map((value) => ({ type: "ip" as const, value })),
    ...leaf.uris.map((value) => ({ type: "url" as const, value })),
  ];
  // RFC 5280 4.2.1.6: critical when there is no subject.
  const critical = !leaf.commonName && leaf.organizations.length === 0;
  return names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names, critical)] : [];
}

function keyUsage(leaf: LeafRequest): number {
  const { digitalSignature, keyEncipherment, keyCertSign } = x509.KeyUsageFlags;
  const known: Readonly<Record<string, number>> = {
    "digital signature": digitalSignature,
    "key encipherment": keyEncipherment,
    "cert sign": keyCertSign,
  };
  const asked = leaf.usages.reduce((flags, usage) => flags | (known[usage] ?? 0), 0);
  return (asked || digitalSignature | keyEncipherment) | (leaf.isCA ? keyCertSign : 0);
}

function extendedUsage(leaf: LeafRequest): x509.Extension[] {
  const known: Readonly<Record<string, string>> = {
    "server auth": x509.ExtendedKeyUsage.serverAuth,
    "client auth": x509.ExtendedKeyUsage.clientAuth,
  };
  const asked = leaf.usages.flatMap((usage) => known[usage] ?? []);
  return asked.length > 0 ? [new x509.ExtendedKeyUsageExtension(asked)] : [];
}
