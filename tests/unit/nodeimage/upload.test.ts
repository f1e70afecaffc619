import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import { StoreRefusal } from "../../../nodeimage/publish/image-store.ts";
import { type ImageSource, uploadImage } from "../../../nodeimage/publish/upload-image.ts";
import { writerIdentity } from "../../../nodeimage/publish/writer-identity.ts";
import { WriterProcess } from "./writer-process.ts";

const name = "node-v1.34.3-0123456789ab.raw";
const content = randomBytes(3_000_000);
const hex = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const read = (bytes: Buffer) => (offset: number) =>
  Readable.from(chunks(bytes.subarray(offset)), { objectMode: false });
const source = (changes: Partial<ImageSource> = {}): ImageSource => ({
  name,
  size: content.length,
  sha256: hex(content),
  record: { inputs: { packages: "htop" } },
  read: read(content),
  ...changes,
});

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

describe("uploading an image", () => {
  let folder: string;
  let writer: WriterProcess;
  let said: string[];
  const options = (more: { pieceSize?: number; tries?: number } = {}) => ({
    say: (line: string) => void said.push(line),
    backOff: () => 0,
    ...more,
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-images-"));
    said = [];
    writer = await WriterProcess.start(folder);
  });
  afterEach(async () => {
    await writer.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("puts it in place with its checksum, its record and its line in SHA256SUMS, beside those of others", async () => {
    const other = `${"0".repeat(64)}  other.raw`;
    writeFileSync(join(folder, "other.raw"), "someone's");
    writeFileSync(join(folder, "SHA256SUMS"), `${other}\n${"1".repeat(64)}  gone.raw\n`);
    await uploadImage(writer.store(), source(), options({ pieceSize: 1_000_000 }));
    const line = `${hex(content)}  ${name}`;
    assert.deepEqual(readFileSync(join(folder, name)), content);
    assert.equal(readFileSync(join(folder, `${name}.sha256`), "utf8"), `${line}\n`);
    assert.equal(readFileSync(join(folder, "SHA256SUMS"), "utf8"), `${line}\n${other}\n`);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")), source().record);
    assert.deepEqual(
      readdirSync(folder).filter((file) => file.endsWith(".part")),
      [],
    );
    // For nginx, which runs as the same user but may not.
    assert.equal(statSync(join(folder, name)).mode & 0o444, 0o444);
    assert.deepEqual(said, [
      `${name}: 0% of 3 MiB`,
      `${name}: 33% of 3 MiB`,
      `${name}: 66% of 3 MiB`,
      `${name}: published`,
    ]);
  });

  it("sends nothing when it is published already, and refuses another content under the name", async () => {
    await uploadImage(writer.store(), source(), options());
    const never = (): Readable => assert.fail("nothing is to be read");
    await uploadImage(writer.store(), source({ read: never }), options());
    const other = Buffer.from("another");
    const again = source({ size: other.length, sha256: hex(other), read: read(other) });
    await assert.rejects(uploadImage(writer.store(), again, options()), /A name belongs to one content/);
    await assert.rejects(
      writer.store().append(name, read(other)(0), 0, 7),
      /is published, and never changes/,
    );
    assert.deepEqual(readFileSync(join(folder, name)), content);
  });

  it("goes on where it was interrupted, also with another writer", async () => {
    const offsets: number[] = [];
    let broken = 0;
    const breaking = (offset: number): Readable => {
      offsets.push(offset);
      const rest = content.subarray(offset);
      if (broken === 3) return read(content)(offset);
      broken += 1;
      return Readable.from(
        (async function* () {
          yield rest.subarray(0, 400_000);
          await writer.restart();
          throw new Error("the line is cut");
        })(),
        { objectMode: false },
      );
    };
    // As often as it takes a writer to start.
    const patient = { ...options({ tries: 500 }), backOff: () => 20 };
    await uploadImage(writer.store(), source({ read: breaking }), patient);
    assert.deepEqual(readFileSync(join(folder, name)), content);
    assert.equal(offsets.length, 4);
    for (const [index, offset] of offsets.entries()) {
      assert.ok(offset >= (offsets[index - 1] ?? 0), `${offsets} goes back`);
    }
  });

  it("counts on what the writer has, not on what was sent, when the connection breaks in a piece", async () => {
    let left = 700_000;
    const proxy = await cutting(
      writer.port,
      () => left,
      (bytes) => {
        left -= bytes;
      },
    );
    const { port } = proxy.address() as { port: number };
    const store = writer.store({ port });
    await assert.rejects(uploadImage(store, source(), options({ tries: 2 })), /run it again to go on/);
    const state = await writer.store().state(name);
    assert.ok(
      state.state === "partial" && state.offset > 0 && state.offset < content.length,
      JSON.stringify(state),
    );
    left = Number.POSITIVE_INFINITY;
    await uploadImage(store, source(), options());
    proxy.close();
    assert.deepEqual(readFileSync(join(folder, name)), content);
  });

  it("throws away what arrived with another hash, and publishes nothing", async () => {
    const wrong = source({ sha256: "0".repeat(64) });
    await assert.rejects(
      uploadImage(writer.store(), wrong, options()),
      (error: unknown) =>
        error instanceof ImageError && /was not published: .*was thrown away/.test(error.message),
    );
    assert.deepEqual(readdirSync(folder), ["SHA256SUMS"]);
    await uploadImage(writer.store(), source(), options());
    assert.deepEqual(readFileSync(join(folder, name)), content);
  });

  it("starts anew when the writer has more than there is", async () => {
    writeFileSync(join(folder, `${name}.part`), Buffer.alloc(content.length + 1));
    await uploadImage(writer.store(), source(), options());
    assert.deepEqual(readFileSync(join(folder, name)), content);
  });

  it("stops before the first byte when the volume has no room for all of it", async () => {
    const huge = source({ size: 2 ** 52, read: read(content) });
    await assert.rejects(
      uploadImage(writer.store(), huge, options()),
      /bytes more.*Enlarge nodeImage\.serve\.size/,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it("stops at a volume that fills up meanwhile, keeps what has arrived, and goes on when there is room", async function () {
    // A file system of its own is needed, and only root can make one.
    if (process.getuid?.() !== 0) this.skip();
    const small = join(folder, "small");
    mkdirSync(small);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", small]);
    const full = await WriterProcess.start(small);
    try {
      // It is told of a small image, so that it begins.
      const store = full.store();
      await assert.rejects(
        store.append(name, read(content)(0), 0, 1_000_000),
        (error: unknown) =>
          error instanceof StoreRefusal && error.status === 507 && /full after \d+ of/.test(error.message),
      );
      const state = await store.state(name);
      assert.ok(state.state === "partial" && state.offset > 1_000_000, JSON.stringify(state));
      await assert.rejects(uploadImage(store, source(), options()), /was not published/);
      execFileSync("mount", ["-o", "remount,size=8m", small]);
      await uploadImage(store, source(), options());
      assert.deepEqual(readFileSync(join(small, name)), content);
    } finally {
      await full.stop();
      execFileSync("umount", [small]);
    }
  });

  it("lets in nobody without the token, and goes to no writer with another certificate", async () => {
    await assert.rejects(
      uploadImage(writer.store({ token: "guess" }), source(), options()),
      /token is missing or wrong/,
    );
    const { certificate } = await writerIdentity("127.0.0.1");
    await assert.rejects(writer.store({ certificate }).list(), /self-signed certificate/);
  });

  it("takes no name that leads out of the folder or is no image's", async () => {
    for (const bad of ["..%2Fescape.raw", ".hidden.raw", "SHA256SUMS", "node.sha256", "a/b.raw"]) {
      await assert.rejects(writer.store().append(bad, read(content)(0), 0, 1), StoreRefusal, bad);
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it("lists and removes images with all that is beside them", async () => {
    await uploadImage(writer.store(), source(), options());
    writeFileSync(join(folder, "node-v1.34.3-aaaaaaaaaaaa.raw.part"), "half");
    const { published, partial, free } = await writer.store().list();
    assert.deepEqual(
      published.map((image) => [image.name, image.size]),
      [[name, content.length]],
    );
    assert.deepEqual(
      partial.map((image) => image.name),
      ["node-v1.34.3-aaaaaaaaaaaa.raw"],
    );
    assert.ok(free > 0);
    await writer.store().remove(name);
    await writer.store().remove("node-v1.34.3-aaaaaaaaaaaa.raw");
    assert.deepEqual(readdirSync(folder), ["SHA256SUMS"]);
    assert.equal(readFileSync(join(folder, "SHA256SUMS"), "utf8"), "");
  });
});

/** A TCP proxy that lets a number of bytes through to the writer, then cuts every connection. */
async function cutting(port: number, left: () => number, passed: (bytes: number) => void): Promise<Server> {
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on("data", (chunk: Buffer) => {
      if (left() < chunk.length) return end();
      passed(chunk.length);
      upstream.write(chunk);
    });
    upstream.pipe(client);
    for (const side of [client, upstream]) side.on("error", end).on("close", end);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}
