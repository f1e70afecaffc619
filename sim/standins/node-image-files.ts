import { createCipheriv, createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../kubernetes/resource-kind.ts";
import type { StandIn } from "./stand-in.ts";

/** A node image that a lab declares and that its image server is to serve. */
export interface NodeImageFile {
  /** File name on the image server. */
  readonly file: string;
  /** Kubernetes version in it, such as "v1.34.3". */
  readonly kubernetes: string;
}

const SIZE = 1024 * 1024;
const SUMS = "SHA256SUMS";

/**
 * The content of a simulated node image: one line that says which Kubernetes it holds, which a simulated machine boots
 * by, and noise up to 1 MiB. The same bytes for the same file every time, so that its checksum stays.
 */
export function nodeImageContent({ file, kubernetes }: NodeImageFile): Buffer {
  const line = Buffer.from(`edge-lab simulated node image kubernetes=${kubernetes}\n`, "utf8");
  const key = createHash("sha256").update(`${file} ${kubernetes}`).digest();
  const noise = createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(SIZE - line.length));
  return Buffer.concat([line, noise]);
}

/**
 * Stands for the person (or the build) who copies node images into the image server's volume: writes the declared ones
 * with their lines in SHA256SUMS as soon as the claim is bound, and what is missing later. What others put there stays.
 */
export class NodeImageFiles implements StandIn {
  readonly name = "node-image-files";
  readonly kinds: readonly ResourceKind[] = [kinds.persistentVolumeClaim];
  readonly #client: Pick<KubeClient, "get">;
  readonly #claim: { readonly namespace: string; readonly name: string };
  readonly #images: readonly NodeImageFile[];
  readonly #log: (line: string) => void;

  constructor(
    client: Pick<KubeClient, "get">,
    claim: { readonly namespace: string; readonly name: string },
    images: readonly NodeImageFile[],
    log: (line: string) => void,
  ) {
    this.#client = client;
    this.#claim = claim;
    this.#images = images;
    this.#log = log;
  }

  async reconcile(): Promise<void> {
    const { namespace, name } = this.#claim;
    type Claim = KubeObject<{ volumeName?: string }>;
    type Volume = KubeObject<{ hostPath?: { path: string } }>;
    const claim = await this.#client.get<Claim>(kinds.persistentVolumeClaim, name, namespace);
    const volume = claim?.spec?.volumeName;
    if (!volume || claim.metadata.deletionTimestamp || this.#images.length === 0) return;
    const path = (await this.#client.get<Volume>(kinds.persistentVolume, volume))?.spec?.hostPath?.path;
    if (!path) return;
    mkdirSync(path, { recursive: true });
    const sums = readSums(path);
    const missing = this.#images.filter(({ file }) => !existsSync(join(path, file)) || !sums.has(file));
    for (const image of missing) {
      const content = nodeImageContent(image);
      put(path, image.file, content);
      sums.set(image.file, createHash("sha256").update(content).digest("hex"));
      this.#log(`${image.file}: simulated, Kubernetes ${image.kubernetes}`);
    }
    if (missing.length > 0) put(path, SUMS, [...sums].map(([file, sum]) => `${sum}  ${file}\n`).join(""));
  }
}

/** Sums by file name, from the lines of sha256sum(1). */
function readSums(folder: string): Map<string, string> {
  const text = existsSync(join(folder, SUMS)) ? readFileSync(join(folder, SUMS), "utf8") : "";
  return new Map(
    [...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum = "", file = ""]) => [file, sum]),
  );
}

/** By a rename, so that nobody reads half a file; `.part` is not served. */
function put(folder: string, file: string, content: Buffer | string): void {
  writeFileSync(join(folder, `${file}.part`), content);
  renameSync(join(folder, `${file}.part`), join(folder, file));
}
