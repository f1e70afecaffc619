import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { testCertificate } from "../../support/certificate.ts";
import { failure, never } from "../support/driver-under-test.ts";
import { AmtBench } from "./amt-bench.ts";

describe("amt driver: TLS", () => {
  let bench: AmtBench;
  let fingerprint: string;
  beforeEach(async () => {
    const { cert, key } = await testCertificate();
    fingerprint = new X509Certificate(cert).fingerprint256;
    bench = new AmtBench({ cert, key });
  });
  afterEach(() => bench.close());

  it("accepts the certificate with the pinned fingerprint, whatever its name and issuer", async () => {
    await bench.start({ tls: true, fingerprint256: fingerprint.replaceAll(":", "").toLowerCase() });
    await bench.driver.act("on", undefined, never);
    assert.equal((await bench.driver.readPower(never)).power, "On");
    // One for the challenge, one for everything after it.
    assert.equal(bench.device.connections, 2);
  });

  it("sends nothing to another certificate and names both fingerprints", async () => {
    const pinned = "AB".repeat(32);
    await bench.start({ tls: true, fingerprint256: pinned });
    const error = await failure("device", bench.driver.readPower(never));
    assert.ok(error.message.includes(fingerprint));
    assert.match(error.message, /AB:AB:AB/);
    assert.equal(error.retryable, false);
    assert.deepEqual([bench.device.challenges, bench.device.asked.length], [0, 0]);
  });

  it("does not trust a self-signed certificate without a pin, and says what to pin", async () => {
    await bench.start({ tls: true });
    const error = await failure("device", bench.driver.readPower(never));
    assert.match(error.message, /cannot be verified \(.+\).*set the machine's option fingerprint256 to "/);
    assert.ok(error.message.includes(fingerprint));
    assert.equal(bench.device.challenges, 0);
  });

  it("says that the port does not speak TLS, at once", async () => {
    const plain = new AmtBench();
    await plain.start({ tls: true });
    const error = await failure("device", plain.driver.readPower(never));
    assert.match(error.message, /TLS handshake failed/);
    assert.equal(plain.device.connections, 1);
    await plain.close();
  });

  it("wakes a sleeping engine over TLS, too", async () => {
    bench.device.asleep = 1;
    await bench.start({ tls: true, fingerprint256: fingerprint });
    assert.equal((await bench.driver.readPower(never)).power, "Off");
  });

  it("speaks TLS 1.0 to old engines only when allowed", async () => {
    const { cert, key } = await testCertificate();
    const old = new AmtBench({
      cert,
      key,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT:@SECLEVEL=0",
    });
    const fingerprint256 = new X509Certificate(cert).fingerprint256;
    await old.start({ tls: true, fingerprint256 });
    const error = await failure("device", old.driver.readPower(never));
    assert.match(error.message, /legacyTls: true/);
    await old.driver.close();
    old.connect({ tls: true, fingerprint256, legacyTls: true });
    assert.equal((await old.driver.readPower(never)).power, "Off");
    await old.close();
  });
});
