import assert from "node:assert/strict";
import { type AmtDevice, startAmtDevice } from "../../../sim/devices/index.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { envelope, texts, uri, WsmanClient } from "./support/wsman-client.ts";

const READ = envelope(
  "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
  uri("CIM_AssociatedPowerManagementService"),
);
const LOGIN = { username: "admin", password: "Simulated-1" };

describe("simulated AMT engine: login", () => {
  let amt: AmtDevice;
  let clock: ManualClock;
  let client: WsmanClient;

  beforeEach(async () => {
    clock = new ManualClock();
    amt = await startAmtDevice({ name: "m920q-1", ...LOGIN, clock });
    client = new WsmanClient(amt.address);
  });
  afterEach(() => amt.close());

  const stale = (header: unknown) => /stale="(\w+)"/.exec(String(header))?.[1];

  it("challenges in AMT's own form and does not count that as a failed login", async () => {
    const answer = await client.challenge(READ);
    assert.equal(answer.status, 401);
    assert.match(
      String(answer.headers["www-authenticate"]),
      /^Digest realm="Digest:[0-9A-F]{32}", nonce="[A-Za-z0-9+/=]+",stale="false",qop="auth"$/,
    );
    assert.equal(answer.headers.connection, "close");
    assert.match(String(answer.headers.server), /^Intel\(R\) Active Management Technology 12\.0\.\d+\.\d+$/);
    assert.match(answer.text, /Log on failed\. Incorrect user name or password/);
    assert.equal(amt.counters.failedLogins, 0);
    assert.equal(amt.counters.total, 0);
  });

  it("keeps its realm over restarts, and tells it to those who are in", async () => {
    await client.challenge();
    const { text } = await client.get("AMT_GeneralSettings");
    assert.deepEqual(texts(text, "DigestRealm"), [client.realm]);
    const again = await startAmtDevice({ name: "m920q-1", ...LOGIN });
    try {
      const other = new WsmanClient(again.address);
      await other.challenge();
      assert.equal(other.realm, client.realm);
    } finally {
      await again.close();
    }
  });

  it("lets a nonce be used again with a rising nc, gaps allowed, quoted or not", async () => {
    await client.challenge();
    assert.equal((await client.once(READ)).status, 200);
    client.quoteQop = true;
    assert.equal((await client.once(READ)).status, 200);
    client.count += 20;
    assert.equal((await client.once(READ)).status, 200);
    assert.equal(amt.counters.logins, 1);
    assert.equal(amt.counters.total, 3);
  });

  it("refuses an nc that was used, as stale and not as a wrong password", async () => {
    await client.challenge();
    await client.once(READ);
    client.count = 0;
    const replay = await client.once(READ);
    assert.equal(replay.status, 401);
    assert.equal(stale(replay.headers["www-authenticate"]), "true");
    assert.equal(amt.counters.failedLogins, 0);
    assert.equal(amt.counters.total, 1);
  });

  it("reads nc as eight hex digits", async () => {
    await client.challenge();
    const send = (nc: string) => client.post(READ, { Authorization: client.authorization(nc) });
    for (const nc of ["00000009", "0000000a", "00000010"]) assert.equal((await send(nc)).status, 200, nc);
    for (const nc of ["0000000f", "11"]) assert.equal((await send(nc)).status, 401, nc);
  });

  it("calls a nonce stale that it knew, and one it never made not", async () => {
    await client.challenge();
    await client.once(READ);
    amt.forgetNonces();
    const known = await client.once(READ);
    assert.equal(stale(known.headers["www-authenticate"]), "true");
    client.nonce = "bmV2ZXIgc2Vlbg==";
    const unknown = await client.once(READ);
    assert.equal(stale(unknown.headers["www-authenticate"]), "false");
    assert.equal(amt.counters.failedLogins, 0);
  });

  it("lets a nonce die after a time, and after so many uses", async () => {
    amt.setFaults({ nonceLifeMs: 1_000 });
    await client.challenge();
    clock.tick(999);
    assert.equal((await client.once(READ)).status, 200);
    clock.tick(1);
    assert.equal((await client.once(READ)).status, 401);
    amt.setFaults({ nonceUses: 2 });
    await client.challenge();
    const statuses = [];
    for (let use = 0; use < 3; use += 1) statuses.push((await client.once(READ)).status);
    assert.deepEqual(statuses, [200, 200, 401]);
  });

  it("refuses a wrong password, a wrong user and a digest made for something else", async () => {
    await client.challenge();
    client.password = "wrong-one";
    const wrong = await client.once(READ);
    assert.equal(wrong.status, 401);
    assert.equal(stale(wrong.headers["www-authenticate"]), "false");
    client.password = LOGIN.password;
    client.username = "Admin";
    assert.equal((await client.once(READ)).status, 401);
    assert.equal(amt.counters.failedLogins, 2);
    client.username = LOGIN.username;
    const good = client.authorization("00000009");
    for (const bad of [
      good.replace('uri="/wsman"', 'uri="/other"'),
      good.replace("qop=auth", "qop=auth-int"),
      good.replace("Digest ", "Basic "),
      good.replace(/realm="[^"]*"/, 'realm="Digest:0"'),
    ]) {
      assert.equal((await client.post(READ, { Authorization: bad })).status, 401, bad);
    }
    assert.equal((await client.post(READ, { Authorization: good })).status, 200);
  });

  it("offers and checks auth-int when told", async () => {
    amt.setFaults({ authInt: true });
    const { headers } = await client.challenge();
    assert.match(String(headers["www-authenticate"]), /qop="auth-int, auth"$/);
    const over = (body: string) => client.authorization("00000001", "auth-int", body);
    assert.equal((await client.post(READ, { Authorization: over("another body") })).status, 401);
    assert.equal((await client.post(READ, { Authorization: over(READ) })).status, 200);
  });

  it("locks everybody out after ten wrong logins in a row: 5 s, then longer, up to 80 s", async () => {
    const attempt = async (password: string) => {
      client.password = password;
      await client.challenge();
      return (await client.once(READ)).status;
    };
    for (let failure = 1; failure <= 9; failure += 1) await attempt("wrong-one");
    assert.equal(await attempt(LOGIN.password), 200, "nine are forgiven");
    for (let failure = 1; failure <= 10; failure += 1) await attempt("wrong-one");
    assert.equal(await attempt(LOGIN.password), 401, "the right password does not help now");
    clock.tick(4_999);
    assert.equal(await attempt(LOGIN.password), 401);
    clock.tick(1);
    for (const seconds of [10, 20, 40, 80, 80]) {
      assert.equal(await attempt("wrong-one"), 401);
      clock.tick(seconds * 1_000 - 1);
      assert.equal(await attempt(LOGIN.password), 401, `still locked before ${seconds} s`);
      clock.tick(1);
    }
    assert.equal(await attempt(LOGIN.password), 200);
    assert.equal(amt.counters.failedLogins, 24);
  });

  it("forgets failures after an hour", async () => {
    client.password = "wrong-one";
    for (let failure = 1; failure <= 9; failure += 1) {
      await client.challenge();
      await client.once(READ);
    }
    clock.tick(3_600_000);
    await client.challenge();
    await client.once(READ);
    client.password = LOGIN.password;
    assert.equal((await client.send(READ)).status, 200);
  });

  it("refuses every login when told, and leaves the connection open after a 401 when told", async () => {
    amt.setFaults({ refuseLogins: true, keepConnectionOn401: true });
    const { headers } = await client.post(READ, { Connection: "keep-alive" });
    assert.equal(headers.connection, "keep-alive");
    await client.challenge();
    assert.equal((await client.once(READ)).status, 401);
    assert.equal(amt.counters.failedLogins, 1);
  });

  it("serves /wsman by POST only", async () => {
    assert.equal((await client.post("", {}, "/index.htm")).status, 404);
  });
});
