import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { crc32 } from "node:zlib";
import { discoveryPacket } from "../../../../emulator/src/drivers/tapo/discovery-probe.ts";
import { failure, never } from "../support/driver-under-test.ts";
import { TapoBench, TIMING } from "./tapo-bench.ts";

describe("tapo driver: discovery probe after the plug lost power", () => {
  let bench: TapoBench;
  beforeEach(async () => {
    bench = new TapoBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  it("is the packet that TP-Link's app sends", () => {
    const packet = discoveryPacket("KEY", Buffer.from([1, 2, 3, 4]));
    const json = '{"params":{"rsa_key":"KEY"}}';
    assert.equal(packet.subarray(0, 12).toString("hex"), `0200000100${"1c"}110001020304`);
    assert.equal(packet.subarray(16).toString(), json);
    const seeded = Buffer.from(packet);
    seeded.writeUInt32BE(0x5a6b7c8d, 12);
    assert.equal(packet.readUInt32BE(12), crc32(seeded));
  });

  it("brings back a plug that refuses handshakes until it is probed", async () => {
    let dead = true;
    bench.plug.fate = () => (dead ? 403 : "answer");
    bench.plug.onProbe = () => {
      dead = false;
      return true;
    };
    assert.equal((await bench.driver.readPower(never)).power, "Off");
    assert.equal(bench.plug.probes.length, 1);
    const sent: unknown = JSON.parse(bench.plug.probes[0]?.subarray(16).toString() ?? "");
    assert.equal(createPublicKey((sent as { params: { rsa_key: string } }).params.rsa_key).type, "public");
  });

  it("names the compatibility switch when the probe does not help, and probes rarely", async () => {
    bench.plug.fate = () => 403;
    const error = await failure("needs-compatibility-switch", bench.driver.readPower(never));
    assert.match(error.message, /Third-Party Compatibility off and on/);
    assert.equal(error.retryable, false);
    assert.equal(bench.plug.count("handshake1"), 2);
    await failure("needs-compatibility-switch", bench.driver.readPower(never));
    assert.deepEqual([bench.plug.count("handshake1"), bench.plug.probes.length], [3, 1]);
    bench.clock.pass(TIMING.probeGap);
    await failure("needs-compatibility-switch", bench.driver.readPower(never));
    assert.deepEqual([bench.plug.count("handshake1"), bench.plug.probes.length], [5, 2]);
  });

  describe("of a plug that refuses all the same", () => {
    beforeEach(() => {
      bench.plug.fate = (step) => (step === "handshake1" ? 403 : "answer");
    });

    it("tells firmware that takes TPAP only, and asks no more often than it probes", async () => {
      bench.plug.protocols = { tpap_preferred: true, tpap: { tls: 0, port: 80, dac: false, pake: [2] } };
      for (const asked of [1, 1]) {
        const error = await failure("needs-compatibility-switch", bench.driver.readPower(never));
        assert.match(error.message, /Third-Party Compatibility off and on.*; its firmware takes TPAP only/);
        assert.equal(bench.plug.count("discover"), asked);
      }
      bench.plug.protocols = { tpap_preferred: false };
      bench.clock.pass(TIMING.probeGap);
      await failure("device", bench.driver.readPower(never));
      assert.equal(bench.plug.count("discover"), 2);
    });

    it("does not blame the switch where KLAP is on, but the firewall that a probe does not pass", async () => {
      bench.plug.protocols = { tpap_preferred: false };
      bench.plug.onProbe = () => false;
      const read = bench.driver.readPower(never);
      read.catch(() => undefined);
      await bench.clock.expire(TIMING.probe);
      const error = await failure("device", read);
      assert.match(error.message, new RegExp(`KLAP is on: .*UDP port ${bench.plug.discoveryPort}`));
    });

    for (const [title, fate] of [
      ["no answer", "drop-before"],
      ["garbage", Buffer.from("<html>")],
      ["an error page", 404],
      ["a flood", Buffer.alloc(100_000, "x")],
    ] as const) {
      it(`keeps to the switch after ${title}`, async () => {
        bench.plug.fate = (step) => (step === "handshake1" ? 403 : step === "/" ? fate : "answer");
        const error = await failure("needs-compatibility-switch", bench.driver.readPower(never));
        assert.doesNotMatch(error.message, /TPAP/);
      });
    }

    it("does not wait for the reason for ever", async () => {
      bench.plug.fate = (step) => (step === "handshake1" ? 403 : "silence-before");
      const asked = bench.plug.arrivals.next("/");
      const read = bench.driver.readPower(never);
      read.catch(() => undefined);
      await asked;
      await bench.clock.expire(TIMING.request);
      await failure("needs-compatibility-switch", read);
    });
  });

  it("does not wait for ever for the probe's answer", async () => {
    bench.plug.fate = () => 403;
    bench.plug.onProbe = () => false;
    const read = bench.driver.readPower(never);
    read.catch(() => undefined);
    await bench.clock.expire(TIMING.probe);
    await failure("needs-compatibility-switch", read);
    assert.equal(bench.plug.count("handshake1"), 2);
  });

  it("probes a plug that worked before and now is silent to handshakes", async () => {
    await bench.driver.readPower(never);
    bench.plug.displace();
    let dead = true;
    bench.plug.fate = (step) => (dead && step === "handshake1" ? "silence-before" : "answer");
    bench.plug.onProbe = () => {
      dead = false;
      return true;
    };
    const arrived = bench.plug.arrivals.next("handshake1");
    const read = bench.driver.readPower(never);
    read.catch(() => undefined);
    await arrived;
    await bench.clock.expire(TIMING.request);
    assert.equal((await read).power, "Off");
    assert.equal(bench.plug.probes.length, 1);
  });
});
