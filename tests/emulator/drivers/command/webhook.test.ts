import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { CommandDriver } from "../../../../emulator/src/drivers/command/driver.ts";
import { commandOptionsSchema } from "../../../../emulator/src/drivers/command/options.ts";
import { type TestCertificate, testCertificate } from "../../support/certificate.ts";
import { everythingIn, failure, machineAt, never, SECRETS } from "../support/driver-under-test.ts";

const driverFor = (options: unknown, login = SECRETS) =>
  new CommandDriver(machineAt("192.0.2.1", login), commandOptionsSchema.parse(options));

/** How the device answers: what it should, nothing at all, or by hanging up after it has acted. */
type Manner = "well" | "silent" | "drops" | "floods";

describe("command driver: a webhook", () => {
  let server: Server;
  let base: string;
  let power: string;
  let status: number;
  let manner: Manner;
  let seen: string[];

  const answer: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { authorization = "", "content-type": type = "", "x-key": ownHeader = "" } = request.headers;
      seen.push(
        [request.method, request.url, `${authorization}${ownHeader}`, type, Buffer.concat(chunks)]
          .join(" ")
          .trim(),
      );
      if (request.method === "POST") power = request.url?.slice(1) ?? "";
      if (manner === "silent") server.emit("silence");
      else if (manner === "drops") request.socket.destroy();
      else {
        response.writeHead(status, { location: `${base}/elsewhere` });
        response.end(
          manner === "floods" ? "x".repeat(70_000) : JSON.stringify({ "a/b": [{ on: power === "on" }] }),
        );
      }
    });
  };

  async function listen(started: Server, scheme: string): Promise<void> {
    server = started.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address);
    base = `${scheme}://127.0.0.1:${address.port}`;
  }

  beforeEach(async () => {
    [power, status, manner, seen] = ["off", 200, "well", []];
    await listen(createHttpServer(answer), "http");
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const hook = (extra: object = {}) => ({
    status: { url: `${base}/status?token=hidden` },
    on: { url: `${base}/on`, method: "POST" },
    off: { url: `${base}/off`, method: "POST" },
    pointer: "/a~1b/0/on",
    insecureHttp: base.startsWith("http:"),
    ...extra,
  });

  it("switches and reads by a JSON pointer, with Basic authentication", async () => {
    const driver = driverFor({ webhook: hook() });
    await driver.act("on", undefined, never);
    assert.deepEqual(await driver.readPower(never), { power: "On" });
    await driver.act("off", undefined, never);
    assert.deepEqual(await driver.readPower(never), { power: "Off" });
    const login = Buffer.from(`${SECRETS.username}:${SECRETS.password}`).toString("base64");
    assert.equal(seen[0], `POST /on Basic ${login}`);
  });

  it("sends a body, headers and a Bearer token where it is told to, and no login where there is none", async () => {
    const on = { url: `${base}/on`, method: "POST", body: '{"relay":1}' };
    const options = { webhook: hook({ on, authentication: "bearer" }) };
    await driverFor(options, { username: "", password: "abc.def" }).act("on", undefined, never);
    await driverFor(options, { username: "", password: "" }).act("on", undefined, never);
    const own = { webhook: hook({ on, headers: { "Content-Type": "text/plain" } }) };
    await driverFor(own, { username: "", password: "" }).act("on", undefined, never);
    const inHeader = { webhook: hook({ authentication: { header: "X-Key" } }) };
    await driverFor(inHeader, { username: "", password: "abc" }).act("on", undefined, never);
    assert.deepEqual(seen, [
      'POST /on Bearer abc.def application/json {"relay":1}',
      'POST /on  application/json {"relay":1}',
      'POST /on  text/plain {"relay":1}',
      "POST /on abc",
    ]);
    const odd = driverFor(options, { username: "", password: "two\r\nlines" });
    const error = await failure("bad-credentials", odd.act("on", undefined, never));
    assert.ok(!everythingIn(error).includes("lines"));
    assert.equal(seen.length, 4);
  });

  it("is at 1, on or true by the whole text unless told otherwise", async () => {
    for (const [pattern, expected] of [
      ["true", "On"],
      ["never", "Off"],
    ] as const) {
      const webhook = hook({ pointer: undefined, onPattern: pattern, offPattern: '"on":' });
      power = "on";
      if (expected === "On") await failure("device", driverFor({ webhook }).readPower(never));
      else assert.deepEqual(await driverFor({ webhook }).readPower(never), { power: expected });
    }
  });

  for (const [code, kind] of [
    [302, "device"],
    [401, "bad-credentials"],
    [409, "refused"],
    [429, "rate-limited"],
    [500, "device"],
  ] as const) {
    it(`takes HTTP ${code} for ${kind}, goes nowhere else and shows no secret`, async () => {
      status = code;
      const error = await failure(kind, driverFor({ webhook: hook() }).readPower(never));
      assert.doesNotMatch(everythingIn(error), new RegExp(`${SECRETS.password}|hidden`));
      assert.equal(seen.length, 1);
    });
  }

  it("never has a restart sent twice once it was sent, and one that was not sent again", async () => {
    const webhook = hook({ cycle: { url: `${base}/cycle`, method: "POST" } });
    const driver = driverFor({ webhook });
    manner = "drops";
    const sent = await failure("unreachable", driver.act("cycle", undefined, never));
    assert.equal(sent.retryable, false);
    assert.equal((await failure("unreachable", driver.act("off", undefined, never))).retryable, true);
    assert.equal((await failure("unreachable", driver.readPower(never))).retryable, true);
    server.close();
    await once(server, "close");
    const unsent = await failure("unreachable", driver.act("cycle", undefined, never));
    assert.equal(unsent.retryable, true);
  });

  it("tells an answer it cannot read, one that is too long, and a silent device", async () => {
    await failure("device", driverFor({ webhook: hook({ pointer: "/b" }) }).readPower(never));
    const whole = driverFor({ webhook: hook({ pointer: undefined }) });
    assert.match((await failure("device", whole.readPower(never))).message, /neither on nor off/);
    manner = "floods";
    const long = await failure("device", driverFor({ webhook: hook() }).readPower(never));
    assert.match(long.message, /more than 65536 bytes/);
    const abort = new AbortController();
    manner = "silent";
    const arrived = once(server, "silence");
    const read = failure("timeout", driverFor({ webhook: hook() }).readPower(abort.signal));
    await arrived;
    abort.abort();
    await read;
  });

  describe("over TLS", () => {
    let certificate: TestCertificate;
    let fingerprint: string;
    before(async () => {
      certificate = await testCertificate();
      const { X509Certificate } = await import("node:crypto");
      fingerprint = new X509Certificate(certificate.cert).fingerprint256;
    });
    beforeEach(async () => {
      server.close();
      const { cert, key } = certificate;
      await listen(createHttpsServer({ cert, key }, answer), "https");
    });

    it("takes the pinned certificate, or one of a given authority", async () => {
      const pinned = fingerprint.replaceAll(":", "").toLowerCase();
      for (const trust of [{ fingerprint256: pinned }, { ca: certificate.cert }]) {
        const driver = driverFor({ webhook: hook(trust) });
        assert.deepEqual(await driver.readPower(never), { power: "Off" });
      }
    });

    it("sends nothing to any other, and names its fingerprint", async () => {
      const other = (await testCertificate("02")).cert;
      for (const trust of [{}, { fingerprint256: "00".repeat(32) }, { ca: other }]) {
        const error = await failure("device", driverFor({ webhook: hook(trust) }).readPower(never));
        assert.ok(error.message.includes(fingerprint), error.message);
        assert.equal(error.retryable, false);
      }
      assert.deepEqual(seen, []);
    });

    it("tells a port that speaks no TLS", async () => {
      const secure = hook({ ca: certificate.cert });
      server.close();
      await listen(createHttpServer(answer), "https");
      const { port } = new URL(base);
      const webhook = { ...secure, status: { url: `https://127.0.0.1:${port}/` } };
      const error = await failure("device", driverFor({ webhook }).readPower(never));
      assert.match(error.message, /is this an https port/);
    });
  });
});
