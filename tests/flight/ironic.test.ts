import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { pbkdf2Sync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type IronicDeclaration, IronicService } from "../../sim/ironic/ironic-service.ts";
import { readConfigDrive } from "../../sim/machine/config-drive.ts";
import { ProcessTable } from "../../sim/processes/process-table.ts";
import { pythonEnvironment } from "../../tools/python-environment.ts";
import { testCertificate } from "../emulator/support/certificate.ts";
import { eventually } from "../emulator/support/eventually.ts";

const projectDir = fileURLToPath(new URL("../..", import.meta.url));
const STARTED_MS = 60_000;
const run = promisify(execFile);

describe("the real Ironic of the sim", () => {
  let stateDir: string;
  let python: string;
  let table: ProcessTable;
  let ironic: IronicService;
  let declaration: IronicDeclaration;

  before(async () => {
    stateDir = mkdtempSync(join(tmpdir(), "edge-lab-ironic-"));
    table = new ProcessTable(stateDir);
    python = await pythonEnvironment("ironic");
    ironic = new IronicService({ folder: join(stateDir, "ironic"), python, projectDir, table });
    const { cert, key } = await testCertificate();
    declaration = {
      address: "127.31.8.1",
      apiPort: 31885,
      filesPort: 31880,
      username: "ironic",
      password: "first-password",
      tls: { certificate: cert, key },
      bmcAuthority: cert,
      extraConfig: [{ group: "conductor", name: "sync_power_state_interval", value: "120" }],
    };
    await ironic.ensure(declaration);
    await answers(declaration);
  });

  after(async () => {
    await ironic.remove();
    rmSync(stateDir, { recursive: true });
  });

  async function answers(of: IronicDeclaration): Promise<void> {
    await eventually(async () => assert.equal(await ironic.problem(of), undefined), STARTED_MS);
  }

  it("answers over TLS to its login alone, and to anybody what an agent needs", async () => {
    assert.equal(await status("/v1/nodes", "ironic:first-password"), 200);
    assert.equal(await status("/v1/nodes", "ironic:wrong"), 401);
    assert.equal(await status("/v1/nodes"), 401);
    assert.equal(await status("/v1/lookup?addresses=00:00:5e:00:53:11"), 404);
  });

  it("remembers what it has hashed, and hashes as Python does", async () => {
    const PYTHONPATH = join(projectDir, "sim", "ironic", "python");
    const script = `import hashlib
for _ in range(3): key = hashlib.pbkdf2_hmac("sha512", b"password", b"salt", 1000)
print(key.hex(), hashlib.pbkdf2_hmac.cache_info().misses)`;
    const { stdout } = await run(join(python, "python"), ["-c", script], {
      env: { ...process.env, PYTHONPATH },
    });
    const key = pbkdf2Sync("password", "salt", 1000, 64, "sha512").toString("hex");
    assert.equal(stdout.trim(), `${key} 1`);
  });

  it("serves the deploy agent's kernel and the boot script that finds a machine's own", async () => {
    const files = `http://${declaration.address}:${declaration.filesPort}`;
    const kernel = await fetch(`${files}/images/ironic-python-agent.kernel`);
    assert.equal(kernel.status, 200);
    assert.match(await kernel.text(), /simulated/);
    // Written by the conductor once it has started.
    await eventually(async () => {
      const script = await fetch(`${files}/boot.ipxe`);
      assert.match(await script.text(), /chain pxelinux\.cfg\//);
    }, STARTED_MS);
  });

  it("goes on as it is when nothing changed, and is another process with another password", async () => {
    const before = table.running("ironic");
    assert.equal(await ironic.ensure(declaration), false);
    assert.deepEqual(table.running("ironic"), before);
    const changed = { ...declaration, password: "second-password" };
    assert.equal(await ironic.ensure(changed), true);
    await answers(changed);
    assert.equal(await status("/v1/nodes", "ironic:first-password"), 401);
  });

  it("finds a maker of config drives, whatever is installed here", async () => {
    const bin = join(stateDir, "ironic", "bin");
    const content = join(stateDir, "drive");
    mkdirSync(join(content, "openstack", "latest"), { recursive: true });
    writeFileSync(join(content, "openstack", "latest", "meta_data.json"), '{"name":"m920q-1"}');
    writeFileSync(join(content, "openstack", "latest", "user_data"), "#cloud-config\n");
    for (const maker of ["genisoimage", "mkisofs"]) {
      const drive = join(stateDir, `${maker}.iso`);
      // Exactly what openstacksdk gives it.
      const args = ["-ldots", "-allow-lowercase", "-allow-multidot", "-l", "-publisher", "metalsmith"];
      const call = ["-o", drive, ...args, "-quiet", "-J", "-r", "-V", "config-2", content];
      await run(join(bin, maker), call);
      assert.deepEqual(readConfigDrive(drive), {
        metaData: { name: "m920q-1" },
        userData: "#cloud-config\n",
      });
    }
  });

  it("tells neither its password nor its hash to anybody but its owner", () => {
    const { argv } = table.list().find(({ name }) => name === "ironic") ?? { argv: [] };
    assert.doesNotMatch(argv.join(" "), /password/);
    assert.doesNotMatch(readFileSync(table.logFile("ironic"), "utf8"), /(first|second)-password/);
  });

  /** Of GET `path`; the certificate is self-signed here, and not what is tested. */
  function status(path: string, auth?: string): Promise<number> {
    const { address, apiPort } = declaration;
    return new Promise<number>((resolve, reject) => {
      const options = { host: address, port: apiPort, path, rejectUnauthorized: false, agent: false };
      request({ ...options, ...(auth ? { auth } : {}) }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on("error", reject)
        .end();
    });
  }
});
