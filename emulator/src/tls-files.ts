import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import type { Logger } from "pino";
import { FolderWatch } from "./folder-watch.ts";

export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * tls.crt and tls.key of a folder, as a Kubernetes Secret or cert-manager lays them out, read again when they change.
 * The folder is watched, not the files: Kubernetes swaps a symbolic link beside them.
 */
export class TlsFiles {
  readonly #folder: string;
  readonly #logger: Logger;
  #watch: FolderWatch | undefined;
  #digest = "";

  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  /** @throws Error naming the file that is missing or does not fit */
  async read(): Promise<KeyPair> {
    const [cert, key] = await Promise.all([this.#file("tls.crt"), this.#file("tls.key")]);
    try {
      createSecureContext({ cert, key });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`tls.crt and tls.key in ${this.#folder} are no pair: ${reason}`);
    }
    this.#digest = digest({ cert, key });
    return { cert, key };
  }

  /** Calls back with every new pair. A pair that does not fit is reported and the old one stays. */
  watch(onChange: (pair: KeyPair) => void): void {
    this.#watch = new FolderWatch(this.#folder, this.#logger, () => void this.#reload(onChange));
  }

  close(): void {
    this.#watch?.close();
  }

  async #reload(onChange: (pair: KeyPair) => void): Promise<void> {
    const before = this.#digest;
    try {
      const pair = await this.read();
      if (this.#digest === before) return;
      onChange(pair);
      const { validTo } = new X509Certificate(pair.cert);
      this.#logger.info({ validTo }, "the TLS certificate was renewed");
    } catch (error) {
      this.#logger.warn({ err: error }, "the new TLS files are not usable, the old ones stay in use");
    }
  }

  async #file(name: string): Promise<Buffer> {
    const path = join(this.#folder, name);
    return await readFile(path).catch((error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "there is no such file" : `it cannot be read (${error.code})`;
      throw new Error(`${path}: ${reason}; --tls-dir must name a folder with tls.crt and tls.key`);
    });
  }
}

function digest({ cert, key }: KeyPair): string {
  return createHash("sha256").update(cert).update("\0").update(key).digest("base64");
}
