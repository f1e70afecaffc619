import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePair, type PemPair } from "../../standins/x509-pair.ts";

const TWENTY_YEARS_MS = 20 * 365 * 24 * 3_600_000;

/** The certificate of an engine with TLS, and what its clients pin. */
export interface TlsIdentity extends PemPair {
  readonly fingerprint256: string;
}

/**
 * A self-signed certificate as AMT makes one for itself: no name that a client could check. Kept in the folder, since a
 * client pins the fingerprint; made anew each time without one.
 */
export async function tlsIdentity(stateDir: string | undefined, device: string): Promise<TlsIdentity> {
  const file = stateDir === undefined ? undefined : join(stateDir, `${device}.tls.json`);
  const pair = (file === undefined ? undefined : kept(file)) ?? (await made(device));
  if (stateDir !== undefined && file !== undefined) {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(`${file}.draft`, `${JSON.stringify(pair)}\n`, { mode: 0o600 });
    renameSync(`${file}.draft`, file);
  }
  return { ...pair, fingerprint256: new X509Certificate(pair.certificate).fingerprint256 };
}

function kept(file: string): PemPair | undefined {
  try {
    const { certificate, key } = JSON.parse(readFileSync(file, "utf8")) as Partial<PemPair>;
    return certificate === undefined || key === undefined ? undefined : { certificate, key };
  } catch {
    return undefined;
  }
}

function made(device: string): Promise<PemPair> {
  return makePair({
    commonName: `Intel(R) AMT ${device}`,
    organizations: [],
    dnsNames: [],
    ipAddresses: [],
    uris: [],
    isCA: false,
    usages: ["digital signature", "key encipherment", "server auth"],
    notBefore: new Date(Date.now() - 24 * 3_600_000),
    notAfter: new Date(Date.now() + TWENTY_YEARS_MS),
    key: { algorithm: "RSA", size: 2048, encoding: "PKCS8" },
  });
}
