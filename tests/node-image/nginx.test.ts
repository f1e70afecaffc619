import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { nginxConfig } from "../../components/node-image/nginx-config.ts";
import { freePort } from "../../sim/processes/free-port.ts";
import { debianPackages } from "../support/debian-packages.ts";

const name = "node-v1.34.3-0123456789ab.raw";

/** nginx itself, with the configuration that the lab gives it, in the place of its container. */
describe("node images by a real nginx", function () {
  this.timeout(1_200_000);
  const content = randomBytes(3_000_000);
  let folder: string;
  let nginx: ChildProcess;
  let port: number;
  const log = (): string => join(folder, "log");

  before(async function () {
    const missing = await debianPackages({ nginx: "nginx-light" });
    if (missing !== undefined) {
      console.log(`    ${missing}`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "edge-lab-nginx-"));
    // Its workers are another user when it is started by root.
    chmodSync(folder, 0o755);
    const images = join(folder, "images");
    mkdirSync(images);
    const files = {
      [name]: content,
      [`${name}.sha256`]: `${"0".repeat(64)}  ${name}\n`,
      SHA256SUMS: `${"0".repeat(64)}  ${name}\n`,
      "other.raw.part": "half",
    };
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(images, file), bytes);
    port = await freePort();
    const own = nginxConfig(port)
      .replaceAll("/tmp/", `${folder}/tmp-`)
      .replace("root /images;", `root ${images};`)
      .replace(`listen ${port};`, `listen 127.0.0.1:${port};`)
      .replace(/^ *listen \[::\].*\n/m, "");
    const file = join(folder, "nginx.conf");
    writeFileSync(file, own);
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    // It opens /dev/stderr by itself, which a socket of ours would not allow.
    const output = openSync(log(), "a");
    nginx = spawn("nginx", ["-c", file, "-g", "daemon off;"], { env, stdio: ["ignore", output, output] });
    closeSync(output);
    for (let tries = 0; ; tries += 1) {
      if (nginx.exitCode !== null || tries > 600)
        assert.fail(`nginx does not answer: ${readFileSync(log(), "utf8")}`);
      if ((await fetch(url("healthz")).catch(() => undefined))?.ok) break;
      await pause(100);
    }
  });
  after(async () => {
    if (nginx !== undefined && nginx.exitCode === null) {
      const gone = once(nginx, "exit");
      nginx.kill("SIGTERM");
      await gone;
    }
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const url = (file: string): string => `http://127.0.0.1:${port}/${file}`;
  const ranged = async (range: string) => {
    const answer = await fetch(url(name), { headers: { range } });
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  it("come whole, as what they are", async () => {
    const answer = await fetch(url(name));
    assert.equal(answer.headers.get("content-type"), "application/octet-stream");
    assert.equal(answer.headers.get("accept-ranges"), "bytes");
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
    const head = await fetch(url(name), { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), String(content.length));
    assert.doesNotMatch(answer.headers.get("server") ?? "", /\d/, "no version");
  });

  it("come in pieces, from anywhere to anywhere, and none from beyond the end", async () => {
    const { answer, bytes } = await ranged("bytes=1000000-1999999");
    assert.equal(answer.status, 206);
    assert.equal(answer.headers.get("content-range"), `bytes 1000000-1999999/${content.length}`);
    assert.deepEqual(bytes, content.subarray(1_000_000, 2_000_000));
    assert.deepEqual((await ranged("bytes=2999990-")).bytes, content.subarray(2_999_990));
    assert.deepEqual((await ranged("bytes=-7")).bytes, content.subarray(-7));
    assert.equal((await ranged(`bytes=${content.length}-`)).answer.status, 416);
  });

  it("have their checksums beside them, in both forms", async () => {
    for (const file of [`${name}.sha256`, "SHA256SUMS"])
      assert.equal(await (await fetch(url(file))).text(), `${"0".repeat(64)}  ${name}\n`);
  });

  it("are not served while they come in, and cannot be changed", async () => {
    assert.equal((await fetch(url("other.raw.part"))).status, 404);
    for (const method of ["PUT", "DELETE", "POST"])
      assert.equal((await fetch(url(name), { method })).status, 405, method);
    assert.deepEqual(readFileSync(join(folder, "images", name)), content);
    const list = await (await fetch(url(""))).text();
    assert.ok(list.includes(name));
    assert.equal((await fetch(url("..%2fnginx.conf"))).status, 400);
  });

  it("are seen the moment they are published", async () => {
    const images = join(folder, "images");
    assert.equal((await fetch(url("new.raw"))).status, 404);
    writeFileSync(join(images, "new.raw"), "new");
    assert.equal(await (await fetch(url("new.raw"))).text(), "new");
  });
});
