import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { crc32 } from "node:zlib";
import { type PowerEvent, startTapoDevice, type TapoDevice } from "../../../sim/devices/index.ts";
import { KlapClient, post } from "./support/klap-client.ts";
import { ManualClock } from "./support/manual-clock.ts";

const LOGIN = { username: "owner@example.org", password: "Simulated-1" };

/** A discovery probe as python-kasa sends it, with these 4 "random" bytes. */
function probe(random: string): Buffer {
  const payload = Buffer.from('{"params":{"rsa_key":"-----BEGIN PUBLIC KEY-----"}}');
  const bytes = Buffer.concat([Buffer.from(`0200000100001100${random}5A6B7C8D`, "hex"), payload]);
  bytes.writeUInt16BE(payload.length, 4);
  bytes.writeUInt32BE(crc32(bytes), 12);
  return bytes;
}

describe("simulated Tapo plug: faults", () => {
  let plug: TapoDevice;
  let clock: ManualClock;
  const client = () => new KlapClient(plug.address, LOGIN.username, LOGIN.password);

  beforeEach(async () => {
    clock = new ManualClock();
    plug = await startTapoDevice({ name: "optiplex-1", ...LOGIN, clock, discoveryPort: 0 });
  });
  afterEach(() => plug.close());

  it("refuses KLAP while third-party compatibility is off, also in a session that was open", async () => {
    const caller = await client().login();
    plug.setFaults({ compatibilityOff: true });
    await assert.rejects(caller.call("get_device_info"), /HTTP 403/);
    assert.equal((await client().handshake1()).status, 403);
    assert.equal(JSON.parse((await post(plug.address, "/app", "{}")).body.toString()).error_code, 1003);
    const question = '{"method":"login","params":{"sub_method":"discover"}}';
    const { result } = JSON.parse((await post(plug.address, "/", question)).body.toString());
    assert.equal(typeof result.tpap, "object");
    plug.setFaults({});
    await client().login();
  });

  it("wakes up by a correct discovery probe only, and answers it", async () => {
    plug.setFaults({ deadUntilProbe: true });
    const socket = createSocket("udp4");
    try {
      const answer = once(socket, "message") as Promise<[Buffer]>;
      assert.equal((await client().handshake1()).status, 403);
      const wrong = probe("0A0A0A0A");
      wrong.writeUInt32BE(0, 12);
      for (const bytes of [wrong, probe("0B0B0B0B")]) socket.send(bytes, plug.discoveryPort ?? 0, plug.host);
      const [message] = await answer;
      assert.equal(message.toString("hex", 8, 12), "0b0b0b0b", "the wrong checksum was answered");
      const { result } = JSON.parse(message.subarray(16).toString());
      assert.equal(result.mgt_encrypt_schm.http_port, plug.port);
      assert.equal(result.mgt_encrypt_schm.encrypt_type, "KLAP");
      assert.equal(result.device_type, "SMART.TAPOPLUG");
      assert.equal(plug.faults.deadUntilProbe, false);
      await client().login();
    } finally {
      socket.close();
    }
  });

  it("answers 429 to more than so many requests in a window", async () => {
    const caller = await client().login();
    plug.setFaults({ rateLimit: { requests: 2, windowMs: 1_000 } });
    await caller.call("get_device_info");
    await caller.call("get_device_info");
    await assert.rejects(caller.call("get_device_info"), /HTTP 429/);
    clock.tick(1_000);
    await caller.call("get_device_info");
  });

  it("takes a request and says nothing", async () => {
    plug.setFaults({ silent: true });
    let settled = false;
    const silence = post(plug.address, "/app", "{}").finally(() => {
      settled = true;
    });
    silence.catch(() => {});
    while (plug.counters.httpRequests === 0) await new Promise((resolve) => setImmediate(resolve));
    plug.setFaults({});
    await client().login();
    assert.equal(settled, false);
    await plug.close();
    await assert.rejects(silence);
  });

  it("answers late", async () => {
    plug.setFaults({ slowMs: 3_000 });
    const before = clock.now();
    const ticking = setInterval(() => clock.tick(100), 1);
    try {
      await post(plug.address, "/app", "{}");
    } finally {
      clearInterval(ticking);
    }
    assert.ok(clock.now() - before >= 3_000, `after ${clock.now() - before} ms`);
  });

  it("resets the connection after a command that it has carried out, as often as told", async () => {
    const caller = await client().login();
    plug.setFaults({ resetAfterCommand: 1 });
    await assert.rejects(caller.call("set_device_info", { device_on: true }), /ECONNRESET|socket hang up/);
    assert.equal(plug.power, "on");
    assert.equal((await caller.call("set_device_info", { device_on: false })).error_code, 0);
    assert.equal(plug.power, "off");
  });

  it("proves itself wrongly, as with another account's password", async () => {
    plug.setFaults({ wrongProof: true });
    const caller = client();
    assert.equal((await caller.handshake1()).status, 200);
    assert.equal(caller.proofMatches, false);
  });

  it("fails multipleRequest, answers any error code, and lets the relay stick", async () => {
    const caller = await client().login();
    plug.setFaults({ multipleRequestFails: true });
    assert.equal((await caller.call("multipleRequest", { requests: [] })).error_code, -1003);
    plug.setFaults({ errorCode: 9999 });
    assert.deepEqual(await caller.call("set_device_info", { device_on: true }), { error_code: 9999 });
    assert.equal(plug.power, "off");
    plug.setFaults({ relayStuck: true });
    assert.deepEqual(await caller.call("set_device_info", { device_on: true }), { error_code: 0 });
    assert.equal(plug.power, "off");
  });

  it("answers a page to an empty header, and 403 to a TIMEOUT that comes back", async () => {
    plug.setFaults({ emptyHeaderPage: true });
    const page = await post(plug.address, "/app/handshake1", Buffer.alloc(16), { Cookie: "" });
    assert.equal(page.status, 200);
    assert.match(page.body.toString(), /<html>/);
    const caller = await client().login();
    plug.setFaults({ refuseTimeoutCookie: true });
    assert.equal((await caller.call("get_device_info")).error_code, 0);
    caller.cookie += "; TIMEOUT=86400";
    await assert.rejects(caller.call("get_device_info"), /HTTP 403/);
  });

  it("lets sessions live side by side when told, and forgets all of them", async () => {
    plug.setFaults({ manySessions: true });
    const [first, second] = [await client().login(), await client().login()];
    await first.call("get_device_info");
    await second.call("get_device_info");
    plug.dropSessions();
    await assert.rejects(first.call("get_device_info"), /HTTP 403/);
    await assert.rejects(second.call("get_device_info"), /HTTP 403/);
  });

  it("is switched by its button, and tells those who listen", async () => {
    const events: PowerEvent[] = [];
    const off = plug.onPower((event) => events.push(event));
    plug.pressButton();
    plug.machineDid("shutdown");
    assert.equal(plug.power, "on", "a plug does not see its machine shut down");
    plug.machineDid("reboot");
    plug.pressButton();
    off();
    plug.pressButton();
    assert.deepEqual(
      events.map(({ power, cause, boot }) => [power, cause, boot !== undefined]),
      [
        ["on", "button", true],
        ["on", "reboot", true],
        ["off", "button", false],
      ],
    );
    assert.equal(plug.counters.total, 0);
  });

  it("moves its relay after a settable time", async () => {
    const slow = await startTapoDevice({ name: "slow", ...LOGIN, clock, timing: { switchMs: 400 } });
    try {
      const caller = await new KlapClient(slow.address, LOGIN.username, LOGIN.password).login();
      await caller.call("set_device_info", { device_on: true });
      clock.tick(399);
      assert.equal(slow.power, "off");
      clock.tick(1);
      assert.equal(slow.power, "on");
    } finally {
      await slow.close();
    }
  });

  it("loses its session to somebody else as often as told", async () => {
    const caller = await client().login();
    plug.setFaults({ stolenSessions: 1 });
    await assert.rejects(caller.call("get_device_info"), /HTTP 403/);
    await assert.rejects(caller.call("get_device_info"), /HTTP 403/, "the session came back by itself");
    const again = await client().login();
    assert.equal((await again.call("get_device_info")).error_code, 0);
  });

  it("is switched by hand right after it told its relay, as often as told", async () => {
    const caller = await client().login();
    plug.setFaults({ buttonAfterRead: 1 });
    const told = (await caller.call("get_device_info")).result as { device_on: boolean };
    assert.equal(told.device_on, false);
    assert.equal(plug.power, "on");
    await caller.call("get_device_info");
    assert.equal(plug.power, "on");
  });

  it("refuses a fault that it does not have, and keeps those that it had", () => {
    plug.setFaults({ relayStuck: true });
    assert.throws(
      () => plug.setFaults({ relaySticks: true, slowMs: -1 }),
      (error: Error) => {
        assert.match(error.message, /optiplex-1.*faults/);
        assert.match(error.message, /relaySticks/);
        assert.match(error.message, /slowMs/);
        return true;
      },
    );
    assert.equal(plug.faults.relayStuck, true);
  });
});
