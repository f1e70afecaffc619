// First: what @peculiar/x509 asks of the global Reflect when it is loaded.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** What the writer proves itself by, and what it takes: made for one session, kept nowhere. */
export interface WriterIdentity {
  /** PEM; the client trusts it and nothing else. */
  readonly certificate: string;
  /** PKCS #8 PEM. */
  readonly key: string;
  readonly token: string;
}

/** @param address IP address under which the writer is reached. */
export async function writerIdentity(address: string): Promise<WriterIdentity> {
  x509.cryptoProvider.set(webcrypto);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const day = 24 * 3600 * 1000;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ["edge-lab image writer"] }],
    // Clocks of two machines differ.
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "ip", value: address }])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = pkcs8.replace(/.{64}(?=.)/g, "$&\n");
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    token: randomBytes(32).toString("base64url"),
  };
}
