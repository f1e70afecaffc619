import { type ChildProcess, spawn } from "node:child_process";
import { PassThrough, Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { type HostAddress, hostCommand } from "./host-command.ts";

export interface RunOptions {
  /** Milliseconds for all of it. */
  readonly timeOut: number;
  /** Standard input. */
  readonly input?: Readable | string;
  /** Both outputs, line by line. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  /** Exit code; 127 also when the program is not there. */
  readonly code: number;
  /** The last 64 KiB of both outputs. */
  readonly output: string;
}

const keptOutput = 64 * 1024;
const graceMs = 10_000;

/** The machine that builds images: runs commands there and reads files from it. */
export class BuildHost {
  readonly #address: HostAddress;
  readonly #signal: AbortSignal | undefined;

  /** @param signal ends whatever runs: its whole process group, gently at first. */
  constructor(address: HostAddress, signal?: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
  }

  /** For people. */
  get name(): string {
    return this.#address.ssh ?? "this machine";
  }

  /**
   * Runs a command to its end, whatever its exit code.
   * @throws Error when the time is up, or when all of it was told to stop.
   */
  async run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
    this.#signal?.throwIfAborted();
    const child = this.#spawn(argv, options.input === undefined ? "ignore" : "pipe");
    let stopped: Error | undefined;
    const stop = (reason: Error): void => {
      stopped ??= reason;
      end(child);
    };
    const lines = new LineCollector(options.onLine);
    child.stdout?.on("data", (chunk: Buffer) => lines.add(chunk));
    child.stderr?.on("data", (chunk: Buffer) => lines.add(chunk));
    if (child.stdin && options.input !== undefined) {
      const input = typeof options.input === "string" ? Readable.from([options.input]) : options.input;
      // A command that ends early breaks the pipe; its exit code says why.
      child.stdin.on("error", () => input.destroy());
      input.on("error", (error: Error) => stop(error));
      input.pipe(child.stdin);
    }
    const timer = setTimeout(
      () =>
        stop(
          new Error(`"${argv.slice(0, 3).join(" ")}" did not end within ${options.timeOut / 60_000} minutes`),
        ),
      options.timeOut,
    );
    const onAbort = (): void => stop(new Error("stopped"));
    this.#signal?.addEventListener("abort", onAbort);
    try {
      const code = await new Promise<number>((done) => {
        child.on("error", (error) => {
          lines.add(Buffer.from(`${error.message}\n`));
          done(127);
        });
        child.on("close", (exit) => done(exit ?? 1));
      });
      if (stopped) throw stopped;
      return { code, output: lines.end() };
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener("abort", onAbort);
    }
  }

  /** A file from `offset` on. The stream fails when the file cannot be read. */
  read(path: string, offset: number): Readable {
    const child = this.#spawn(["tail", "-c", `+${offset + 1}`, "--", path], "ignore");
    const out = new PassThrough();
    let complaint = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk}`.slice(0, 1000);
    });
    child.on("error", (error) => out.destroy(error));
    child.on("close", (code) => {
      if (code === 0) out.end();
      else
        out.destroy(
          new Error(`${path} cannot be read on ${this.name}: ${complaint.trim() || `exit code ${code}`}`),
        );
    });
    out.on("close", () => end(child));
    child.stdout?.pipe(out, { end: false });
    return out;
  }

  #spawn(argv: readonly string[], input: "ignore" | "pipe"): ChildProcess {
    const [command = "", ...args] = hostCommand(this.#address, argv);
    return spawn(command, args, {
      stdio: [input, "pipe", "pipe"],
      // A group of its own, so that all of it can be ended.
      detached: true,
      env: { ...process.env, LC_ALL: "C" },
    });
  }
}

/** Ends a process and all that it has started. */
function end(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has gone by itself.
    }
  };
  kill("SIGTERM");
  const hard = setTimeout(() => kill("SIGKILL"), graceMs);
  child.on("close", () => clearTimeout(hard));
}

/** Output as lines, and the end of it. A carriage return begins a line, too: progress bars. */
class LineCollector {
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #decoder = new StringDecoder("utf8");
  #open = "";
  #kept = "";

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    const text = this.#decoder.write(chunk);
    this.#kept = (this.#kept + text).slice(-keptOutput);
    const lines = (this.#open + text).split(/[\r\n]+/);
    this.#open = lines.pop() ?? "";
    for (const line of lines) if (line !== "") this.#onLine?.(line);
  }

  end(): string {
    if (this.#open !== "") this.#onLine?.(this.#open);
    this.#open = "";
    return this.#kept;
  }
}
