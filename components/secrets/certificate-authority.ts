import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { scriptCommand } from "./script-command.ts";

export interface CertificateAuthorityArgs {
  /** Letters, digits, `-` and `.`; shown as the issuer of every certificate. */
  readonly commonName: string;
  /** 10 if left out: as long as a lab may live, since nothing renews it by itself. */
  readonly years?: number;
  /** Another number makes a new authority, which everything has to be told of. */
  readonly generation?: number;
}

/** The lab's own certificate authority: ECDSA P-256, made once by our own script, its key encrypted in state. */
export class CertificateAuthority extends pulumi.ComponentResource {
  /** PEM; not a secret. Unknown in the preview that will make it. */
  readonly certificatePem: pulumi.Output<string>;
  /** PKCS #8 PEM; secret. */
  readonly privateKeyPem: pulumi.Output<string>;

  constructor(name: string, args: CertificateAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("edge-lab:secrets:CertificateAuthority", name, args, opts);
    const { commonName, years = 10, generation = 1 } = args;
    const { command } = scriptCommand(
      "components/secrets/scripts/certificate-authority.mjs",
      commonName,
      years,
    );
    const made = new Command(
      `${name}-command`,
      { create: command, update: command, logging: "none", triggers: [generation, commonName, years] },
      { parent: this, additionalSecretOutputs: ["stdout", "stderr"] },
    );
    const pair = pulumi.secret(made.stdout).apply(parsePair);
    // Only the certificate's own text is opened: every client is given it anyway.
    this.certificatePem = pulumi.unsecret(pair.apply(({ certificate }) => certificate));
    this.privateKeyPem = pair.apply(({ privateKey }) => privateKey);
    this.registerOutputs({ certificatePem: this.certificatePem });
  }
}

interface Pair {
  readonly certificate: string;
  readonly privateKey: string;
}

function parsePair(text: string): Pair {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // the parser's message would quote the key
  }
  const { certificate, privateKey } = (value ?? {}) as Partial<Pair>;
  if (!certificate?.includes("BEGIN CERTIFICATE") || !privateKey?.includes("BEGIN PRIVATE KEY")) {
    throw new Error(
      "components/secrets/scripts/certificate-authority.mjs did not print a certificate and a key",
    );
  }
  return { certificate, privateKey };
}
