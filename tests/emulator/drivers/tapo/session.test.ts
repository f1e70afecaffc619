import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DeviceError } from "../../../../emulator/src/drivers/errors.ts";
import { everythingIn, failure, never, SECRETS } from "../support/driver-under-test.ts";
import type { Fate } from "./hand-made-plug.ts";
import { TapoBench, TIMING } from "./tapo-bench.ts";

describe("tapo driver: session", () => {
  let bench: TapoBench;
  beforeEach(async () => {
    bench = new TapoBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  /** The fates of the next requests of a step; afterwards all is well. */
  function next(step: string, ...fates: Fate[]): void {
    bench.plug.fate = (asked) => (asked === step ? (fates.shift() ?? "answer") : "answer");
  }

  it("logs in when first needed and once for everything after", async () => {
    assert.deepEqual(bench.plug.asked, []);
    for (let read = 0; read < 20; read += 1) assert.equal((await bench.driver.readPower(never)).power, "Off");
    await bench.driver.act("on", undefined, never);
    assert.equal((await bench.driver.readPower(never)).power, "On");
    assert.equal(bench.plug.count("handshake1"), 1);
    assert.equal(bench.plug.count("get_device_info"), 21);
    assert.deepEqual(bench.plug.refused, []);
  });

  it("survives calls at the same time, which the package alone does not", async () => {
    const readings = await Promise.all(Array.from({ length: 8 }, () => bench.driver.readPower(never)));
    assert.equal(readings.length, 8);
    assert.equal(bench.plug.count("handshake1"), 1);
    assert.deepEqual(bench.plug.refused, []);
  });

  it("logs in again and repeats once when somebody else took the session", async () => {
    await bench.driver.readPower(never);
    bench.plug.displace();
    assert.equal((await bench.driver.readPower(never)).power, "Off");
    assert.equal(bench.plug.count("handshake1"), 2);
    bench.plug.displace();
    await bench.driver.act("on", undefined, never);
    assert.equal(bench.plug.count("set_device_info on"), 1);
    assert.equal(bench.plug.count("handshake1"), 3);
  });

  it("does not fight for the session", async () => {
    await bench.driver.readPower(never);
    bench.plug.fate = (step) => (step === "request" ? 403 : "answer");
    const error = await failure("session-lost", bench.driver.readPower(never));
    assert.match(error.message, /HTTP 403 at request/);
    assert.equal(bench.plug.count("handshake1"), 2);
    assert.equal(bench.plug.count("request"), 2);
  });

  it("tells a wrong password from the plug's proof, without sending ours, and hints at the e-mail's case", async () => {
    bench.plug.password = "another";
    const error = await failure("bad-credentials", bench.driver.readPower(never));
    assert.match(error.message, /case of the e-mail counts/);
    assert.equal(error.retryable, false);
    assert.deepEqual(bench.plug.asked, ["handshake1"]);
    assert.equal(bench.plug.probes.length, 0);
    bench.plug.password = SECRETS.password;
    assert.equal((await bench.driver.readPower(never)).power, "Off");
  });

  it("is told to slow down by 429, and does not ask again", async () => {
    await bench.driver.readPower(never);
    next("request", 429);
    await failure("rate-limited", bench.driver.readPower(never));
    assert.equal(bench.plug.count("request"), 1);
    next("handshake1", 429);
    bench.plug.displace();
    await failure("rate-limited", bench.driver.readPower(never));
  });

  it("reads again when the connection ends before the answer, in the same session", async () => {
    await bench.driver.readPower(never);
    next("request", "drop");
    assert.equal((await bench.driver.readPower(never)).power, "Off");
    assert.equal(bench.plug.count("handshake1"), 1);
    next("request", "drop-before", "drop-before");
    const error = await failure("unreachable", bench.driver.readPower(never));
    assert.match(error.message, /dropped the connection at request/);
    assert.equal(error.retryable, false, "repeated here already");
  });

  it("gives up on silence and begins with a new session", async () => {
    await bench.driver.readPower(never);
    next("request", "silence");
    const arrived = bench.plug.arrivals.next("request");
    const read = bench.driver.readPower(never);
    read.catch(() => undefined);
    await arrived;
    await bench.clock.expire(TIMING.request);
    const error = await failure("timeout", read);
    assert.match(error.message, /did not answer request within 5.001 s/);
    assert.equal((await bench.driver.readPower(never)).power, "Off");
    assert.equal(bench.plug.count("handshake1"), 2);
    assert.deepEqual(bench.plug.refused, []);
  });

  it("gives up on a plug that is silent from the beginning", async () => {
    next("handshake1", "silence");
    const arrived = bench.plug.arrivals.next("handshake1");
    const read = bench.driver.readPower(never);
    read.catch(() => undefined);
    await arrived;
    await bench.clock.expire(TIMING.request);
    await failure("timeout", read);
    assert.equal(bench.plug.probes.length, 0);
  });

  it("stops at once when the caller does, with the caller's reason", async () => {
    await bench.driver.readPower(never);
    next("request", "silence");
    const abort = new AbortController();
    const arrived = bench.plug.arrivals.next("request");
    const read = bench.driver.readPower(abort.signal);
    read.catch(() => undefined);
    await arrived;
    const reason = new DeviceError("timeout", "15 s are over");
    abort.abort(reason);
    assert.equal(await failure("timeout", read), reason);
    assert.equal((await bench.driver.readPower(never)).power, "Off");
    assert.deepEqual(bench.plug.refused, []);
  });

  it("sends nothing when the caller has stopped before", async () => {
    await failure("timeout", bench.driver.readPower(AbortSignal.abort()));
    assert.deepEqual(bench.plug.asked, []);
  });

  it("says unreachable when nobody listens", async () => {
    const { driver } = bench;
    await bench.close();
    const error = await failure("unreachable", driver.readPower(never));
    assert.match(error.message, /^Tapo plug at 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/);
    bench = new TapoBench();
    await bench.start();
  });

  it("begins a new session when the package has run out of request numbers", async () => {
    const { PlugSession } = await import("../../../../emulator/src/drivers/tapo/plug-session.ts");
    const session = new PlugSession({
      ...SECRETS,
      address: bench.plug.address,
      discoveryPort: bench.plug.discoveryPort,
      clock: bench.clock,
      timing: TIMING,
      logger: bench.log.logger,
    });
    let calls = 0;
    const work = async (): Promise<string> => {
      calls += 1;
      if (calls === 1) Buffer.alloc(4).writeInt32BE(2 ** 31);
      return "done";
    };
    assert.equal(await session.run(work, { signal: never, read: false }), "done");
    assert.equal(bench.plug.count("handshake1"), 2);
  });

  for (const [title, step, fate, kind] of [
    ["a web page to a handshake", "handshake1", Buffer.from("<html>200 OK</html>"), "device"],
    ["nothing to a handshake", "handshake1", Buffer.alloc(0), "device"],
    ["404 to a handshake (old firmware)", "handshake1", 404, "device"],
    ["500 to a handshake", "handshake1", 500, "device"],
    ["400 to the second handshake", "handshake2", 400, "session-lost"],
    ["a web page to a request", "request", Buffer.from("<html>200 OK</html>"), "device"],
    ["noise to a request", "request", Buffer.alloc(96, 7), "device"],
    ["500 to a request", "request", 500, "device"],
    ["a redirection", "request", 302, "device"],
  ] as const) {
    it(`says what is wrong with ${title}, and recovers`, async () => {
      bench.plug.fate = (asked) => (asked === step ? fate : "answer");
      const error = await failure(kind, bench.driver.readPower(never));
      assert.match(error.message, /^Tapo plug at 127\.0\.0\.1:\d+/);
      assert.ok(bench.plug.asked.length <= 6, bench.plug.asked.join());
      bench.plug.fate = () => "answer";
      assert.equal((await bench.driver.readPower(never)).power, "Off");
    });
  }

  it("does not go on without a session cookie", async () => {
    bench.plug.cookie = () => "lang=en";
    const error = await failure("device", bench.driver.readPower(never));
    assert.match(error.message, /no session cookie/);
    assert.deepEqual(bench.plug.asked, ["handshake1"]);
  });

  for (const [code, kind, logins, text] of [
    [9999, "session-lost", 2, /9999 \(session time-out\)/],
    [-1001, "device", 2, /-1001 \(unspecific error\)/],
    [1002, "device", 2, /1002/],
    [-1008, "device", 1, /-1008 \(bad parameters\)/],
    [1003, "device", 1, /1003/],
    [-1301, "rate-limited", 1, /-1301 \(busy\)/],
    [-1501, "bad-credentials", 1, /-1501 \(login error\)/],
    [-4242, "device", 1, /error -4242/],
  ] as const) {
    it(`tells error_code ${code} as ${kind} after ${logins} login(s)`, async () => {
      bench.plug.codes.push(code, code);
      const error = await failure(kind, bench.driver.readPower(never));
      assert.match(error.message, text);
      assert.equal(bench.plug.count("handshake1"), logins);
    });
  }

  it("does not believe an answer without device_on", async () => {
    bench.plug.info = { device_on: "yes" };
    const error = await failure("device", bench.driver.readPower(never));
    assert.match(error.message, /without device_on/);
  });

  it("takes no detour over a proxy of the environment", async () => {
    let visits = 0;
    const proxy = createServer((_request, response) => {
      visits += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => proxy.once("listening", resolve));
    const before = { ...process.env };
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    Object.assign(process.env, { http_proxy: url, HTTP_PROXY: url, no_proxy: "", NO_PROXY: "" });
    try {
      assert.equal((await bench.driver.readPower(never)).power, "Off");
      assert.equal(visits, 0);
    } finally {
      for (const name of ["http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"]) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
      proxy.close();
    }
  });

  it("shows no secret in errors or logs, whatever happens", async () => {
    const errors: unknown[] = [];
    const collect = (error: unknown): void => void errors.push(error);
    bench.plug.password = "another";
    await bench.driver.readPower(never).catch(collect);
    bench.plug.password = SECRETS.password;
    for (const fate of [403, 429, 500, "drop-before", Buffer.alloc(96)] as const) {
      for (const step of ["handshake1", "handshake2", "request"]) {
        bench.plug.fate = (asked) => (asked === step ? fate : "answer");
        bench.plug.onProbe = () => true;
        bench.plug.displace();
        await bench.driver.readPower(never).catch(collect);
      }
    }
    assert.ok(errors.length >= 14, String(errors.length));
    const shown = errors.map(everythingIn).join("\n") + bench.log.lines.join("\n");
    const hash = (await import("node:crypto")).createHash("sha1").update(SECRETS.password).digest("hex");
    for (const secret of [SECRETS.username, SECRETS.password, "TP_SESSIONID", hash]) {
      assert.ok(!shown.includes(secret), `${secret} is shown in:\n${shown}`);
    }
  });
});
