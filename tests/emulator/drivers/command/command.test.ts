import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandDriver } from "../../../../emulator/src/drivers/command/driver.ts";
import { commandOptionsSchema } from "../../../../emulator/src/drivers/command/options.ts";
import { everythingIn, failure, machineAt, never, SECRETS } from "../support/driver-under-test.ts";

const driverFor = (options: unknown) =>
  new CommandDriver(machineAt("192.0.2.1"), commandOptionsSchema.parse(options));

describe("command driver: an executable", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "command-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function script(body: string, extra: object = {}): CommandDriver {
    const path = join(folder, "device");
    writeFileSync(path, `#!/bin/sh\ncd ${folder}\n${body}\n`);
    chmodSync(path, 0o700);
    return driverFor({ executable: { path, ...extra } });
  }

  it("switches and reads, with whole-word placeholders that no shell sees", async () => {
    const body = 'echo "$#|$*" >> calls; if [ "$1" = status ]; then cat state; else echo "$1" > state; fi';
    const driver = script(body, { args: ["{action}", "{name}", "{address}", "$(id) ; x"] });
    await driver.act("on", { target: "Pxe" }, never);
    assert.deepEqual(await driver.readPower(never), { power: "On" });
    await driver.act("off", undefined, never);
    assert.deepEqual(await driver.readPower(never), { power: "Off" });
    const [first] = readFileSync(join(folder, "calls"), "utf8").split("\n");
    assert.equal(first, "4|on machine-1 192.0.2.1 $(id) ; x");
  });

  it("gets the login by its environment only, and none of the emulator's", async () => {
    const driver = script('env > environment; echo "$*" > arguments; echo on');
    await driver.readPower(never);
    const environment = readFileSync(join(folder, "environment"), "utf8");
    assert.match(environment, new RegExp(`^EDGE_LAB_PASSWORD=${SECRETS.password}$`, "m"));
    assert.match(environment, new RegExp(`^EDGE_LAB_USERNAME=${SECRETS.username}$`, "m"));
    assert.doesNotMatch(environment, /^HOME=/m);
    assert.equal(readFileSync(join(folder, "arguments"), "utf8"), "status\n");
  });

  for (const [code, kind] of [
    [1, "device"],
    [69, "unreachable"],
    [75, "refused"],
    [77, "bad-credentials"],
  ] as const) {
    it(`takes exit code ${code} for ${kind}, and shows no secret`, async () => {
      const driver = script(`echo "$EDGE_LAB_PASSWORD"; echo "$EDGE_LAB_PASSWORD" >&2; exit ${code}`);
      const error = await failure(kind, driver.readPower(never));
      assert.ok(!everythingIn(error).includes(SECRETS.password));
    });
  }

  it("refuses other words, floods, and a missing program", async () => {
    const words = await failure("device", script('echo "$EDGE_LAB_PASSWORD"').readPower(never));
    assert.ok(!everythingIn(words).includes(SECRETS.password));
    await failure("device", script("yes").readPower(never));
    await failure("device", driverFor({ executable: { path: "/nowhere/device" } }).readPower(never));
  });

  it("ends with everything it started when the caller stops", async () => {
    const driver = script("sleep 600 & echo $! > child.new; mv child.new child; wait");
    const abort = new AbortController();
    const seen = new Promise<void>((resolve) => {
      const watcher = watch(folder, () => {
        if (!existsSync(join(folder, "child"))) return;
        watcher.close();
        resolve();
      });
    });
    const read = failure("timeout", driver.readPower(abort.signal));
    await seen;
    const child = Number(readFileSync(join(folder, "child"), "utf8"));
    abort.abort();
    await read;
    const running = (): boolean => {
      try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${child}/status`, "utf8"));
      } catch {
        return false;
      }
    };
    while (running()) await new Promise((resolve) => setImmediate(resolve));
  });

  it("offers only what is configured", async () => {
    const driver = script("exit 0", { actions: ["cycle"] });
    assert.deepEqual(driver.capabilities.actions, ["on", "off", "cycle"]);
    await failure("refused", driver.act("reset", undefined, never));
  });
});

describe("command driver: a webhook", () => {
  let server: Server;
  let base: string;
  let power = "off";
  let status = 200;
  let silent = false;
  let seen: string[] = [];
  beforeEach(async () => {
    [power, status, silent, seen] = ["off", 200, false, []];
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      if (silent) return void server.emit("silence");
      if (request.method === "POST") power = request.url?.slice(1) ?? "";
      response.statusCode = status;
      response.end(JSON.stringify({ "a/b": [{ on: power === "on" }] }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    base = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
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

  for (const [code, kind] of [
    [302, "device"],
    [401, "bad-credentials"],
    [409, "refused"],
    [429, "rate-limited"],
    [500, "device"],
  ] as const) {
    it(`takes HTTP ${code} for ${kind}, and shows no secret`, async () => {
      status = code;
      const error = await failure(kind, driverFor({ webhook: hook() }).readPower(never));
      assert.doesNotMatch(everythingIn(error), new RegExp(`${SECRETS.password}|hidden`));
    });
  }

  it("tells an answer it cannot read, a lost device and a silent one", async () => {
    await failure("device", driverFor({ webhook: hook({ pointer: "/b" }) }).readPower(never));
    const abort = new AbortController();
    silent = true;
    const arrived = once(server, "silence");
    const read = failure("timeout", driverFor({ webhook: hook() }).readPower(abort.signal));
    await arrived;
    abort.abort();
    await read;
    server.closeAllConnections();
    server.close();
    await failure("unreachable", driverFor({ webhook: hook() }).readPower(never));
  });
});

describe("command driver: options", () => {
  const problems = (value: unknown): string =>
    JSON.stringify(commandOptionsSchema.safeParse(value).error?.issues);
  it("says what is wrong", () => {
    assert.match(problems({}), /exactly one of executable and webhook/);
    assert.match(problems({ executable: { path: "device" } }), /absolute path/);
    assert.match(problems({ executable: { path: "/d", args: ["--do={action}"] } }), /whole argument/);
    const request = { url: "http://a" };
    const hook = { status: request, on: request, off: request };
    assert.match(problems({ webhook: { ...hook, off: undefined } }), /off/);
    assert.match(problems({ webhook: { ...hook, on: { url: "http://u:p@a" } } }), /must not hold a login/);
    assert.match(problems({ webhook: { ...hook, headers: { authorization: "x" } } }), /Authorization/);
    assert.match(problems({ webhook: { ...hook, onPattern: "(" } }), /regular expression/);
  });
});
