import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";

/** Status and JSON body of an HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** A part as far as this process has written or read it. */
interface Part {
  readonly hash: Hash;
  size: number;
}

/** What the volume does not do, as its answer. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, error: string, more: object = {}) {
    super(error);
    this.answer = { status, body: { error, ...more } };
  }
}

const blockSize = 1024 * 1024;

/** File names that an image may have. */
export const imageName = /^[A-Za-z0-9][\w.-]*\.(raw|qcow2)$/;

/**
 * The image server's volume: a folder in which NAME.part grows and becomes NAME, with NAME.sha256 beside it, when its hash is
 * right.
 */
export class ImageVolume {
  readonly #folder: string;
  readonly #parts = new Map<string, Part>();
  readonly #busy = new Set<string>();
  #sums: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** One change after the other for each image; a second one would mix its bytes in. */
  async alone(name: string, change: () => Promise<Answer>): Promise<Answer> {
    if (this.#busy.has(name)) throw new Refusal(423, `${name} is being written by another request`);
    this.#busy.add(name);
    try {
      return await change();
    } finally {
      this.#busy.delete(name);
    }
  }

  async list(): Promise<object> {
    const names = (await readdir(this.#folder)).sort();
    const found = await Promise.all(
      names.map(async (name) => ({ name, stats: await stat(this.#path(name)).catch(() => undefined) })),
    );
    const files = found.flatMap(({ name, stats }) =>
      stats?.isFile() ? [{ name, size: stats.size, modified: stats.mtime.toISOString() }] : [],
    );
    const part = /\.part$/;
    return {
      published: files.filter(({ name }) => imageName.test(name)),
      partial: files
        .filter(({ name }) => part.test(name) && imageName.test(name.replace(part, "")))
        .map((file) => ({ ...file, name: file.name.replace(part, "") })),
      free: await this.#free(),
    };
  }

  async state(name: string): Promise<object> {
    const size = await sizeOf(this.#path(name));
    if (size !== undefined) {
      const sums = await readFile(this.#path(`${name}.sha256`), "utf8").catch(() => "");
      return { state: "published", size, sha256: sums.slice(0, 64) };
    }
    const offset = await sizeOf(this.#path(`${name}.part`));
    return offset === undefined ? { state: "absent" } : { state: "partial", offset };
  }

  async append(name: string, body: AsyncIterable<unknown>, query: URLSearchParams): Promise<Answer> {
    const [offset, total] = [Number(query.get("offset")), Number(query.get("size"))];
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(total))
      throw new Refusal(400, "offset or size is no number");
    if ((await sizeOf(this.#path(name))) !== undefined)
      throw new Refusal(409, `${name} is published, and never changes`);
    const part = await this.#part(name);
    if (offset !== part.size)
      throw new Refusal(409, `the next byte of ${name} is ${part.size}`, { offset: part.size });
    const free = await this.#free();
    if (free < total - part.size) {
      throw new Refusal(
        507,
        `${name} needs ${total - part.size} bytes more, and the volume has ${free} left`,
        { free },
      );
    }
    const file = await open(this.#path(`${name}.part`), "a", 0o644);
    try {
      await this.#writeAll(file, part, body);
      await file.datasync();
    } catch (error) {
      if (Reflect.get(Object(error), "code") !== "ENOSPC") throw error;
      throw new Refusal(507, `the volume is full after ${part.size} of ${total} bytes of ${name}`, {
        free: 0,
      });
    } finally {
      await file.close();
    }
    return { status: 200, body: { offset: part.size } };
  }

  /** In blocks, since TLS hands over 16 KiB at a time. What has arrived of a body that breaks off is written, too. */
  async #writeAll(file: FileHandle, part: Part, body: AsyncIterable<unknown>): Promise<void> {
    let block: Buffer[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      const bytes = Buffer.concat(block);
      block = [];
      size = 0;
      await this.#write(file, part, bytes);
    };
    try {
      for await (const chunk of body) {
        block.push(chunk as Buffer);
        size += (chunk as Buffer).length;
        if (size >= blockSize) await flush();
      }
    } finally {
      await flush();
    }
  }

  /** Counts and hashes exactly what has been written, so that a write that comes short leaves a part that can go on. */
  async #write(file: FileHandle, part: Part, chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0; ) {
      const { bytesWritten } = await file.write(rest);
      part.hash.update(rest.subarray(0, bytesWritten));
      part.size += bytesWritten;
      rest = rest.subarray(bytesWritten);
    }
  }

  async publish(name: string, body: Readonly<Record<string, unknown>>): Promise<Answer> {
    const { sha256, size, record = {} } = body;
    if ((await sizeOf(this.#path(name))) !== undefined)
      throw new Refusal(409, `${name} is published, and never changes`);
    const part = await this.#part(name);
    if (part.size !== size)
      throw new Refusal(409, `${name} has ${part.size} of ${String(size)} bytes`, { offset: part.size });
    const found = part.hash.copy().digest("hex");
    if (found !== sha256) {
      await this.remove(name);
      throw new Refusal(
        422,
        `${name} arrived with sha256 ${found} in the place of ${String(sha256)}; it was thrown away`,
      );
    }
    // The image last: whoever sees it finds its checksum beside it.
    await this.#put(`${name}.json`, `${JSON.stringify(record, null, 2)}\n`);
    await this.#put(`${name}.sha256`, `${found}  ${name}\n`);
    await rename(this.#path(`${name}.part`), this.#path(name));
    this.#parts.delete(name);
    await this.#writeSums();
    return { status: 201, body: { sha256: found, size } };
  }

  async remove(name: string): Promise<Answer> {
    for (const ending of ["", ".part", ".sha256", ".json"])
      await rm(this.#path(name + ending), { force: true });
    this.#parts.delete(name);
    await this.#writeSums();
    return { status: 200, body: { state: "absent" } };
  }

  /** SHA256SUMS of all that have a checksum; lines of files that others have put there stay while the files do. */
  #writeSums(): Promise<void> {
    // Of two images at once the second one's list would lack the first.
    this.#sums = this.#sums.catch(() => undefined).then(() => this.#rewriteSums());
    return this.#sums;
  }

  async #rewriteSums(): Promise<void> {
    const names = new Set(await readdir(this.#folder));
    const before = await readFile(this.#path("SHA256SUMS"), "utf8").catch(() => "");
    const sums = new Map<string, string>();
    for (const [line, file = ""] of before.matchAll(/^[0-9a-f]{64} [ *](.+)$/gm))
      if (names.has(file)) sums.set(file, line);
    for (const name of names) {
      if (!imageName.test(name) || !names.has(`${name}.sha256`)) continue;
      sums.set(name, (await readFile(this.#path(`${name}.sha256`), "utf8")).trimEnd());
    }
    await this.#put(
      "SHA256SUMS",
      [...sums]
        .sort()
        .map(([, line]) => `${line}\n`)
        .join(""),
    );
  }

  /** What there is of an image; read once when an earlier process has written it. */
  async #part(name: string): Promise<Part> {
    const known = this.#parts.get(name);
    const path = this.#path(`${name}.part`);
    const size = (await sizeOf(path)) ?? 0;
    if (known?.size === size) return known;
    const hash = createHash("sha256");
    if (size > 0) for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    const part = { hash, size };
    this.#parts.set(name, part);
    return part;
  }

  async #put(name: string, text: string): Promise<void> {
    await writeFile(this.#path(`${name}.part`), text, { mode: 0o644 });
    await rename(this.#path(`${name}.part`), this.#path(name));
  }

  async #free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
