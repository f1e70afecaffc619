import assert from "node:assert/strict";
import { startTapoDevice, type TapoDevice } from "../../../sim/devices/index.ts";
import { KlapClient, post } from "./support/klap-client.ts";
import { ManualClock } from "./support/manual-clock.ts";

const LOGIN = { username: "Owner@example.org", password: "Simulated-1" };

describe("simulated Tapo plug: KLAP v2", () => {
  let plug: TapoDevice;
  let clock: ManualClock;
  const client = (user = LOGIN.username, password = LOGIN.password) =>
    new KlapClient(plug.address, user, password);

  beforeEach(async () => {
    clock = new ManualClock();
    plug = await startTapoDevice({ name: "optiplex-1", ...LOGIN, clock });
  });
  afterEach(() => plug.close());

  it("answers the first handshake with 48 bytes and one cookie header, as a real plug's server does", async () => {
    const caller = client();
    const answer = await caller.handshake1();
    assert.equal(answer.status, 200);
    assert.equal(answer.body.length, 48);
    assert.equal(answer.headers["set-cookie"]?.length, 1);
    assert.match(answer.headers["set-cookie"]?.[0] ?? "", /^TP_SESSIONID=[0-9A-F]{32};TIMEOUT=86400$/);
    assert.equal(answer.headers.server, "SHIP 2.0");
    assert.equal(answer.headers.connection, "close");
    assert.equal(answer.headers["content-length"], "48");
    assert.equal(caller.proofMatches, true);
  });

  it("closes the connection after each answer, also for a client that would keep it", async () => {
    const { headers } = await post(plug.address, "/app", "{}", { Connection: "keep-alive" });
    assert.equal(headers.connection, "close");
  });

  it("does not notice a wrong password in the first handshake; the client does, and the second refuses", async () => {
    for (const caller of [client(LOGIN.username, "wrong"), client(LOGIN.username.toLowerCase())]) {
      assert.equal((await caller.handshake1()).status, 200);
      assert.equal(caller.proofMatches, false);
      assert.equal((await caller.handshake2()).status, 403);
    }
    assert.equal(plug.counters.failedLogins, 2);
    assert.equal(plug.counters.logins, 0);
  });

  it("refuses a seed that is not 16 bytes, an unknown cookie and a wrong proof", async () => {
    assert.equal((await post(plug.address, "/app/handshake1", Buffer.alloc(15))).status, 400);
    const stranger = { Cookie: `TP_SESSIONID=${"A".repeat(32)}` };
    assert.equal((await post(plug.address, "/app/handshake2", Buffer.alloc(32), stranger)).status, 403);
    assert.equal((await post(plug.address, "/app/handshake2", Buffer.alloc(32))).status, 403);
    const caller = client();
    await caller.handshake1();
    assert.equal((await caller.handshake2(Buffer.alloc(32, 1))).status, 403);
    assert.equal((await caller.handshake2()).status, 200, "the right proof still fits");
  });

  it("switches and reads the relay", async () => {
    const caller = await client().login();
    assert.deepEqual(await caller.call("set_device_info", { device_on: true }), { error_code: 0 });
    assert.equal(plug.power, "on");
    const info = (await caller.call("get_device_info")).result as Record<string, unknown>;
    assert.equal(info.device_on, true);
    assert.equal(info.model, "P100");
    assert.match(String(info.mac), /^74-DA-88(-[0-9A-F]{2}){3}$/);
    assert.equal(Buffer.from(String(info.nickname), "base64").toString(), "optiplex-1");
    await caller.call("set_device_info", { device_on: false });
    assert.equal(plug.power, "off");
    assert.deepEqual(plug.counters.byOperation, { set_device_info: 2, get_device_info: 1 });
    assert.equal(plug.counters.powerReads, 1);
    assert.equal(plug.counters.logins, 1);
  });

  it("starts the machine once when the relay closes, and not again when it is closed already", async () => {
    const caller = await client().login();
    await caller.call("set_device_info", { device_on: true });
    await caller.call("set_device_info", { device_on: true });
    assert.equal(plug.boots.length, 1);
    assert.deepEqual(plug.boots[0], {
      at: "2025-01-01T00:00:00.000Z",
      cause: "on",
      source: null,
      settings: {},
      conflict: false,
    });
  });

  it("answers other methods and wrong parameters with the plug's error codes", async () => {
    const caller = await client().login();
    const code = async (method: string, params?: unknown) => (await caller.call(method, params)).error_code;
    assert.equal(await code("get_energy_usage"), -1002);
    assert.equal(await code("get_led_info"), -1002);
    assert.equal(await code("set_device_info", { device_on: "true" }), -1008);
    assert.equal(await code("set_device_info"), -1008);
    assert.equal(await code("component_nego"), 0);
    assert.equal(await code("get_device_time"), 0);
    assert.equal(plug.power, "off");
  });

  it("answers several requests in one", async () => {
    const caller = await client().login();
    const requests = [{ method: "get_device_info" }, { method: "get_emeter_data" }];
    const { result } = await caller.call("multipleRequest", { requests });
    const { responses } = result as { responses: { method: string; error_code: number; result?: unknown }[] };
    assert.deepEqual(
      responses.map(({ method, error_code }) => [method, error_code]),
      [
        ["get_device_info", 0],
        ["get_emeter_data", -1002],
      ],
    );
  });

  it("refuses a wrong signature and goes on with the session", async () => {
    const caller = await client().login();
    const sequence = (caller.sequence + 1) | 0;
    const body = caller.seal(sequence, '{"method":"set_device_info","params":{"device_on":true}}');
    body.writeUInt8(body.readUInt8(0) ^ 1, 0);
    assert.equal((await caller.send(sequence, body)).status, 403);
    assert.equal(plug.power, "off");
    assert.equal(plug.counters.total, 0);
    assert.equal((await caller.call("get_device_info")).error_code, 0);
  });

  it("refuses a signature that was made for another sequence", async () => {
    const caller = await client().login();
    const body = caller.seal((caller.sequence + 1) | 0, '{"method":"get_device_info"}');
    assert.equal((await caller.send((caller.sequence + 2) | 0, body)).status, 403);
  });

  it("refuses a replayed sequence and takes gaps", async () => {
    const caller = await client().login();
    const first = (caller.sequence + 1) | 0;
    const body = caller.seal(first, '{"method":"get_device_info"}');
    assert.equal((await caller.send(first, body)).status, 200);
    assert.equal((await caller.send(first, body)).status, 403);
    caller.sequence = (first + 10) | 0;
    assert.equal((await caller.call("get_device_info")).error_code, 0);
    assert.equal((await caller.send((first + 2) | 0, caller.seal((first + 2) | 0, "{}"))).status, 403);
  });

  it("refuses a request without a sequence, and one that is no 32-bit number", async () => {
    const caller = await client().login();
    const headers = { Cookie: caller.cookie };
    for (const query of ["", "?seq=", "?seq=x", "?seq=4294967296", "?seq=1.5"]) {
      assert.equal((await post(plug.address, `/app/request${query}`, "", headers)).status, 403, query);
    }
  });

  it("says -1003 to what decrypts and is no JSON", async () => {
    const caller = await client().login();
    const sequence = (caller.sequence + 1) | 0;
    const answer = await caller.send(sequence, caller.seal(sequence, "no json"));
    assert.deepEqual(caller.unseal(sequence, answer.body), { error_code: -1003 });
  });

  it("keeps one session: a new login ends the one before, a begun one does not", async () => {
    const first = await client().login();
    const second = client();
    await second.handshake1();
    assert.equal((await first.call("get_device_info")).error_code, 0);
    await second.handshake2();
    await assert.rejects(first.call("get_device_info"), /HTTP 403/);
    assert.equal((await second.call("get_device_info")).error_code, 0);
  });

  it("ends a session after its life", async () => {
    plug.setFaults({ sessionLifeMs: 5_000 });
    const caller = client();
    const { headers } = await caller.handshake1();
    assert.match(headers["set-cookie"]?.[0] ?? "", /;TIMEOUT=5$/);
    await caller.handshake2();
    clock.tick(4_999);
    assert.equal((await caller.call("get_device_info")).error_code, 0);
    clock.tick(1);
    await assert.rejects(caller.call("get_device_info"), /HTTP 403/);
  });

  it("tells the older protocol that it is the wrong one, and the newest that KLAP is on", async () => {
    const older = await post(plug.address, "/app", '{"method":"handshake","params":{"key":"x"}}');
    assert.deepEqual([older.status, JSON.parse(older.body.toString())], [200, { error_code: 1003 }]);
    const question = '{"method":"login","params":{"sub_method":"discover"}}';
    const newest = JSON.parse((await post(plug.address, "/", question)).body.toString());
    assert.equal(newest.error_code, 0);
    assert.equal(newest.result.tpap_preferred, false);
    assert.equal(newest.result.tpap, undefined);
    assert.equal((await post(plug.address, "/elsewhere")).status, 404);
  });
});
