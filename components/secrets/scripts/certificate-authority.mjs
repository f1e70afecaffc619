// Prints a new certificate authority as JSON: {"certificate": PEM, "privateKey": PKCS #8 PEM}. Run by @pulumi/command
// as `create` and `update`.
//
// usage: node certificate-authority.mjs COMMON_NAME YEARS
//
// At an update the command provider hands over what was printed before, and that is kept: only a replacement makes a
// new authority, since every client that trusts the old one has to learn it.
import { webcrypto } from "node:crypto";
import "reflect-metadata";

const previous = process.env.PULUMI_COMMAND_STDOUT;
const [commonName, years] = [process.argv[2], Number(process.argv[3])];

if (previous) {
  process.stdout.write(previous);
} else if (!commonName || !(years > 0)) {
  console.error("usage: certificate-authority.mjs COMMON_NAME YEARS");
  process.exitCode = 2;
} else {
  process.stdout.write(JSON.stringify(await create(commonName, years)));
}

async function create(name, validYears) {
  const x509 = await import("@peculiar/x509");
  x509.cryptoProvider.set(webcrypto);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    // Clocks of freshly booted machines run behind.
    notBefore: new Date(now - 24 * 3600 * 1000),
    notAfter: new Date(now + validYears * 365.25 * 24 * 3600 * 1000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const privateKey = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const body = privateKey.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    certificate: `${certificate.toString("pem")}\n`,
    privateKey: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
  };
}
