/**
 * How long an image takes into the image server's volume, and how much memory both sides use meanwhile: the same for any size,
 * since no file is ever held whole. Not a test: nothing judges it.
 *
 * Usage: node bench/node-image-upload.ts [MiB, default 2048]
 */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ImageStore } from "../nodeimage/publish/image-store.ts";
import { uploadImage } from "../nodeimage/publish/upload-image.ts";
import { writerIdentity } from "../nodeimage/publish/writer-identity.ts";

const mebibyte = 1024 * 1024;
const [size = 2048] = process.argv.slice(2).map(Number);
const name = "node-v0.0.0-bench.raw";

/** Highest resident memory of a process so far, MiB. */
function peak(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kibibytes) / 1024);
}

async function timed<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const begin = performance.now();
  const result = await work();
  const seconds = (performance.now() - begin) / 1000;
  console.log(`${title}: ${seconds.toFixed(1)} s, ${Math.round(size / seconds)} MiB/s`);
  return result;
}

const folder = await mkdtemp(join(tmpdir(), "edge-lab-bench-"));
try {
  const file = join(folder, name);
  const noise = randomBytes(mebibyte);
  const handle = await open(file, "w");
  for (let at = 0; at < size; at += 1) {
    noise.writeUInt32LE(at);
    await handle.write(noise);
  }
  await handle.close();
  const sha256 = await timed("checksum", async () => {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file, { highWaterMark: mebibyte }))
      hash.update(chunk as Buffer);
    return hash.digest("hex");
  });

  const identity = await writerIdentity("127.0.0.1");
  await mkdir(join(folder, "images"));
  await writeFile(join(folder, "tls.crt"), identity.certificate);
  await writeFile(join(folder, "tls.key"), identity.key, { mode: 0o600 });
  await writeFile(join(folder, "token"), identity.token, { mode: 0o600 });
  const program = join(import.meta.dirname, "../nodeimage/publish/image-writer.mts");
  const args = [program, "--images", join(folder, "images"), "--listen", "127.0.0.1:0", "--identity", folder];
  const writer = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: writer.stdout }), "line")) as [string];
  const url = `https://127.0.0.1:${/port (\d+)$/.exec(line)?.[1]}`;
  const store = new ImageStore({ url, certificate: identity.certificate, token: identity.token });
  const read = (start: number) => createReadStream(file, { start, highWaterMark: 1024 * 1024 });
  const image = { name, size: size * mebibyte, sha256, record: {}, read };
  await timed("upload, hashed while written", () => uploadImage(store, image, { say: () => undefined }));
  console.log(`peak memory: writer ${peak(writer.pid ?? 0)} MiB, client ${peak(process.pid)} MiB`);
  writer.kill("SIGTERM");
  await once(writer, "close");
} finally {
  await rm(folder, { recursive: true, force: true });
}
