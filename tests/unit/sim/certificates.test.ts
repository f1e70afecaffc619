import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KubeObject } from "../../../sim/kubernetes/kube-object.ts";
import {
  type CertificateSpec,
  goDuration,
  leafRequest,
  reissueReason,
  renewalTime,
} from "../../../sim/standins/certificate-plan.ts";
import { makePair, type PemPair } from "../../../sim/standins/x509-pair.ts";

const now = new Date("2026-01-01T00:00:00Z");
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
const spec: CertificateSpec = {
  secretName: "tls",
  issuerRef: { name: "lab", kind: "ClusterIssuer" },
  commonName: "emulator",
  dnsNames: ["emulator.edge-lab.svc"],
  ipAddresses: ["127.20.0.2", "fd00::1"],
  usages: ["digital signature", "server auth"],
  privateKey: { algorithm: "ECDSA", size: 256 },
};

function secretOf(pair: PemPair): KubeObject {
  return {
    metadata: { name: "tls", annotations: { "cert-manager.io/issuer-name": "lab" } },
    data: {
      "tls.crt": Buffer.from(pair.certificate).toString("base64"),
      "tls.key": Buffer.from(pair.key).toString("base64"),
    },
  };
}

describe("the certificate issuer's certificates", () => {
  for (const algorithm of ["RSA", "ECDSA", "Ed25519"] as const) {
    it(`are signed by an ${algorithm} authority and fit their key`, async () => {
      const authority = await makePair(
        leafRequest(
          { ...spec, isCA: true, commonName: "lab ca", dnsNames: [], privateKey: { algorithm } },
          now,
        ),
      );
      const pair = await makePair(leafRequest(spec, now), authority);
      const certificate = new X509Certificate(pair.certificate);
      const ca = new X509Certificate(authority.certificate);
      assert.ok(ca.ca && ca.verify(ca.publicKey));
      assert.ok(certificate.verify(ca.publicKey), "signed by the authority");
      assert.ok(certificate.checkIssued(ca));
      assert.ok(certificate.checkPrivateKey(createPrivateKey(pair.key)));
      assert.equal(certificate.checkHost("emulator.edge-lab.svc"), "emulator.edge-lab.svc");
      assert.equal(certificate.checkIP("127.20.0.2"), "127.20.0.2");
      assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    });
  }

  it("are kept while they are what is asked for", async () => {
    const secret = secretOf(await makePair(leafRequest(spec, now)));
    assert.equal(reissueReason(spec, secret, days(1)), undefined);
  });

  it("are issued again when names or issuer change, when they are gone and when it is time", async () => {
    const secret = secretOf(await makePair(leafRequest(spec, now)));
    const reason = (changed: Partial<CertificateSpec>, at = now) =>
      reissueReason({ ...spec, ...changed }, secret, at);
    assert.equal(reason({ dnsNames: ["other"] }), "the names changed");
    assert.equal(reason({ ipAddresses: ["127.20.0.3"] }), "the names changed");
    assert.equal(reason({ issuerRef: { name: "another" } }), "the issuer changed");
    assert.equal(reason({}, days(59)), undefined);
    assert.equal(reason({}, days(61)), "it is time to renew");
    assert.equal(reason({ renewBefore: "2136h" }, days(2)), "it is time to renew");
    assert.equal(reissueReason(spec, undefined, now), "the Secret holds no certificate");
  });

  it("are renewed with a third of their life left", () => {
    assert.deepEqual(renewalTime(spec, now, days(90)), days(60));
  });
});

describe("goDuration", () => {
  it("reads Go's durations", () => {
    assert.equal(goDuration("2160h"), 2160 * 3_600_000);
    assert.equal(goDuration("1h30m"), 5_400_000);
    assert.equal(goDuration("1.5s"), 1_500);
  });

  it("refuses what is none", () => {
    for (const text of ["", "90d", "h", "1h x"]) assert.throws(() => goDuration(text), /is not a duration/);
  });
});
