import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { ImageError } from "../description/image-error.ts";
import { type ImageState, type ImageStore, StoreRefusal } from "./image-store.ts";

/** A finished image, wherever it lies. */
export interface ImageSource {
  readonly name: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** Kept beside the image: what it was made of. */
  readonly record: object;
  /** Its bytes from `offset` to the end. */
  read(offset: number): Readable;
}

export interface UploadOptions {
  readonly say: (line: string) => void;
  /** Bytes of one request; 64 MiB if left out. */
  readonly pieceSize?: number;
  /** Failures in a row without a new byte after which it gives up; 8 if left out. */
  readonly tries?: number;
  /** Milliseconds before the n-th new try. */
  readonly backOff?: (failures: number) => number;
  /** Ends it between two pieces. */
  readonly signal?: AbortSignal | undefined;
}

/** 0.5 to 1 of 1 s, 2 s, 4 s … at most 30 s. */
const jittered = (failures: number): number =>
  Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);

/**
 * Brings an image into the store and publishes it: where an earlier try has stopped, this one goes on. Does nothing when it is
 * published already.
 *
 * @throws ImageError when the store is full, has the name with another content, has thrown the upload away because its hash
 * was wrong, or does not answer any more. Nothing is then published; what has arrived stays for the next try.
 */
export async function uploadImage(
  store: ImageStore,
  image: ImageSource,
  options: UploadOptions,
): Promise<void> {
  const { say, pieceSize = 64 * 1024 * 1024, tries = 8, backOff = jittered, signal } = options;
  const { name, size, sha256, record } = image;
  let failures = 0;
  let reached = -1;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const state = await store.state(name);
      if (state.state === "published") return await sameContent(image, state);
      const offset = state.state === "partial" ? state.offset : 0;
      if (offset > reached) failures = 0;
      reached = Math.max(reached, offset);
      if (offset > size) await store.remove(name);
      else if (offset === size) {
        await store.publish(name, { sha256, size, record });
        say(`${name}: published`);
        return;
      } else {
        say(`${name}: ${Math.floor((100 * offset) / size)}% of ${Math.ceil(size / 1024 ** 2)} MiB`);
        const length = Math.min(pieceSize, size - offset);
        await store.append(name, firstBytes(image.read(offset), length), offset, size);
      }
    } catch (error) {
      if (error instanceof StoreRefusal && final(error.status)) {
        throw new ImageError(`${name} was not published: ${error.message}. ${fix(error.status)}`, {
          cause: error,
        });
      }
      failures += 1;
      const message = error instanceof Error ? error.message || error.name : String(error);
      if (failures >= tries) {
        throw new ImageError(
          `${name} was not published: ${message}, ${failures} times in a row. What has arrived is kept; run it again to go on`,
          { cause: error },
        );
      }
      say(`${name}: ${message}; trying again`);
      await pause(backOff(failures), undefined, { signal });
    }
  }
}

async function sameContent(image: ImageSource, state: ImageState & { state: "published" }): Promise<void> {
  if (state.sha256 === image.sha256 && state.size === image.size) return;
  throw new ImageError(
    `${image.name} is published with sha256 ${state.sha256}, and this one has ${image.sha256}. A name belongs to one ` +
      "content, since hosts may have it already: change something in the description, or remove the published one",
  );
}

/** Refusals that stay the same however often one asks. 409 and 423 mean: look again. */
function final(status: number): boolean {
  return status === 507 || status === 422 || status === 401 || status === 400 || status === 413;
}

function fix(status: number): string {
  if (status === 507) return "Enlarge nodeImage.serve.size, or remove images that no host uses";
  if (status === 422) return "Run it again: the image is sent anew";
  return "This is a mistake of the program";
}

/** At most `length` bytes of a stream. */
function firstBytes(stream: Readable, length: number): Readable {
  async function* bytes(): AsyncGenerator<Buffer> {
    let left = length;
    for await (const chunk of stream) {
      const part = (chunk as Buffer).subarray(0, left);
      yield part;
      left -= part.length;
      // Leaving the loop destroys the stream.
      if (left === 0) return;
    }
  }
  return Readable.from(bytes(), { objectMode: false });
}
