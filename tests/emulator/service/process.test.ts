import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestCertificate, testCertificate } from "../support/certificate.ts";
import { writeCertificate } from "../support/emulator.ts";
import { EmulatorProcess } from "../support/emulator-process.ts";
import { RedfishClient } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const SESSIONS = "/redfish/v1/SessionService/Sessions";

/** The emulator as a process, with the real drivers and a device address where nothing listens. */
describe("the emulator's process", () => {
  let folder: string;
  let certificate: TestCertificate;
  const processes: EmulatorProcess[] = [];

  before(async () => {
    certificate = await testCertificate();
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-process-"));
    await writeCertificate(folder, certificate);
    await writeConfig("password-marker");
  });

  afterEach(async () => {
    for (const running of processes.splice(0)) running.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  async function writeConfig(password: string): Promise<void> {
    const machine = {
      name: "node-1",
      driver: "amt",
      address: "127.0.0.1:1",
      username: "admin",
      password: "P@ssw0rd",
    };
    const config = { machines: [machine], users: [{ username: "admin", password, role: "Administrator" }] };
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
  }

  function run(...args: string[]): EmulatorProcess {
    const running = new EmulatorProcess(args);
    processes.push(running);
    return running;
  }

  function runWith(...more: string[]): EmulatorProcess {
    const data = join(folder, "data");
    return run(
      "--config",
      join(folder, "config.json"),
      "--data-dir",
      data,
      "--listen",
      "127.0.0.1:0",
      ...more,
    );
  }

  it("serves TLS, tells its health without login, and stops cleanly at SIGTERM", async () => {
    const running = runWith("--tls-dir", folder);
    const client = new RedfishClient(await running.url(), certificate.cert);
    assert.equal((await client.get("/healthz")).status, 200);
    const ready = await client.get("/readyz");
    assert.equal(ready.status, 200);
    assert.equal(String(ready.body.status), "ok");
    assert.equal((await client.as("admin", "password-marker").get("/redfish/v1/Systems")).status, 200);
    running.kill("SIGTERM");
    assert.equal(await running.exit, 0);
    assert.match(running.output, /"msg":"stopped"/);
    assert.ok(!running.output.includes("marker"));
  });

  it("answers 200 for a machine whose device nobody can reach", async () => {
    const running = runWith("--tls-dir", folder);
    const client = new RedfishClient(await running.url(), certificate.cert).as("admin", "password-marker");
    const answer = await client.get(SYSTEM);
    assert.equal(answer.status, 200);
    assert.equal(String(answer.body.PowerState), "Off");
  });

  it("loses neither boot override nor session at kill -9, and a session at a changed password", async () => {
    const first = runWith("--tls-dir", folder);
    let client = new RedfishClient(await first.url(), certificate.cert);
    const login = await client.post(SESSIONS, { UserName: "admin", Password: "password-marker" });
    const headers = { "X-Auth-Token": String(login.headers["x-auth-token"]) };
    const once = { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" };
    assert.equal((await client.with(headers).patch(SYSTEM, { Boot: once })).status, 200);
    first.kill("SIGKILL");
    assert.equal(await first.exit, "SIGKILL");

    const second = runWith("--tls-dir", folder);
    client = new RedfishClient(await second.url(), certificate.cert).with(headers);
    const { status, body } = await client.get(SYSTEM);
    assert.equal(status, 200);
    assert.equal(String(body.Boot?.BootSourceOverrideTarget), "Pxe");
    assert.equal(String(body.Boot?.BootSourceOverrideEnabled), "Once");
    second.kill("SIGKILL");
    await second.exit;

    await writeConfig("changed-password");
    const third = runWith("--tls-dir", folder);
    client = new RedfishClient(await third.url(), certificate.cert).with(headers);
    assert.equal((await client.get(SYSTEM)).status, 401);
  });

  it("says what is wrong and ends with 1, for each thing that can be wrong at start", async () => {
    const config = join(folder, "config.json");
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const cases: [string[], RegExp][] = [
      [["--config", join(folder, "none.json"), "--insecure-http"], /none\.json: there is no such file/],
      [["--config", config], /--tls-dir FOLDER, or --insecure-http/],
      [["--config", config, "--tls-dir", folder, "--insecure-http"], /either/],
      [["--config", config, "--tls-dir", join(folder, "none")], /tls\.(crt|key): there is no such file/],
      [
        ["--config", config, "--insecure-http", "--listen", `127.0.0.1:${port}`],
        /is taken by another process/,
      ],
      [["--config", config, "--insecure-http", "--listen", "8443"], /must be HOST:PORT/],
      [["--insecure-http"], /--config/],
    ];
    try {
      for (const [args, message] of cases) {
        const running = run(...args);
        assert.equal(await running.exit, 1, args.join(" "));
        assert.match(running.output, message);
        assert.ok(
          !running.output.includes("    at "),
          `a stack trace for ${args.join(" ")}: ${running.output}`,
        );
      }
    } finally {
      server.close();
    }
  });

  it("checks a configuration without starting", async () => {
    const running = run("--config", join(folder, "config.json"), "--check-config");
    assert.equal(await running.exit, 0);
    assert.match(running.output, /1 machines, 1 users, no mistake/);
  });

  it("serves plain HTTP only when told to", async () => {
    const running = runWith("--insecure-http");
    const address = await running.url();
    assert.match(address, /^http:/);
    assert.equal((await new RedfishClient(address, undefined).get("/redfish/v1/")).status, 200);
  });
});
