import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ImageStore } from "../../../nodeimage/publish/image-store.ts";
import { type WriterIdentity, writerIdentity } from "../../../nodeimage/publish/writer-identity.ts";

const program = join(import.meta.dirname, "../../../nodeimage/publish/image-writer.mts");

/** The image writer as its pod runs it, on this machine. */
export class WriterProcess {
  readonly folder: string;
  readonly #identityFolder = mkdtempSync(join(tmpdir(), "edge-lab-identity-"));
  readonly #identity: WriterIdentity;
  #process: ChildProcess | undefined;
  #port = 0;

  private constructor(folder: string, identity: WriterIdentity) {
    this.folder = folder;
    this.#identity = identity;
    writeFileSync(join(this.#identityFolder, "tls.crt"), identity.certificate);
    writeFileSync(join(this.#identityFolder, "tls.key"), identity.key);
    writeFileSync(join(this.#identityFolder, "token"), identity.token);
  }

  static async start(folder: string): Promise<WriterProcess> {
    const writer = new WriterProcess(folder, await writerIdentity("127.0.0.1"));
    await writer.restart();
    return writer;
  }

  /** Ends it as a lost pod ends, and starts another one on the same volume and port. */
  async restart(): Promise<void> {
    await this.#end("SIGKILL");
    const listen = `127.0.0.1:${this.#port}`;
    const args = [program, "--images", this.folder, "--listen", listen, "--identity", this.#identityFolder];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      this.#port = Number(/port (\d+)$/.exec(line)?.[1]);
      break;
    }
    if (!this.#port) throw new Error("the writer did not start");
    child.stdout.resume();
  }

  store(
    changes: { readonly token?: string; readonly certificate?: string; readonly port?: number } = {},
  ): ImageStore {
    const { token, certificate } = { ...this.#identity, ...changes };
    return new ImageStore({ url: `https://127.0.0.1:${changes.port ?? this.#port}`, token, certificate });
  }

  get port(): number {
    return this.#port;
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.#identityFolder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
}
