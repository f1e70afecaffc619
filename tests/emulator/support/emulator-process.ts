import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const main = join(dirname(fileURLToPath(import.meta.url)), "../../../emulator/src/main.ts");

/** The emulator as a process, with the real drivers. */
export class EmulatorProcess {
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  #output = "";
  #ended = false;

  constructor(args: readonly string[]) {
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
    this.#child = child;
    this.exit = once(child, "close").then(([code, signal]) => {
      this.#ended = true;
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /** All that it said so far, on both streams. */
  get output(): string {
    return this.#output;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it listens; its standard output tells where. */
  async url(): Promise<string> {
    for (;;) {
      const found = /"url":"([^"]+)"/.exec(this.#output)?.[1];
      if (found !== undefined) return found;
      if (this.#ended) throw new Error(`the emulator ended: ${this.#output}`);
      const { stdout, stderr } = this.#child;
      const data = [stdout, stderr].flatMap((stream) => (stream ? [once(stream, "data")] : []));
      await Promise.race([this.exit, ...data]);
    }
  }
}
