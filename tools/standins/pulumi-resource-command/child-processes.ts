import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface Run {
  readonly command: readonly string[];
  readonly directory?: string | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  readonly stdin?: string | undefined;
  /** How the command is named in errors. */
  readonly shown: string;
  readonly onStdout?: ((line: string) => void) | undefined;
  readonly onStderr?: ((line: string) => void) | undefined;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs commands to their end, and ends them all when the engine cancels. */
export class ChildProcesses {
  readonly #children = new Set<ChildProcess>();

  /**
   * @returns both outputs, each without its last line break, as the real provider does.
   * @throws Error with the exit status and everything that was printed.
   */
  async run(options: Run): Promise<RunResult> {
    const [file = "", ...args] = options.command;
    const child = spawn(file, args, {
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      env: { ...process.env, ...options.environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#children.add(child);
    // A command need not read its input; the exit code decides, not the broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
    const both: Buffer[] = [];
    const stdout = collect(child.stdout, both, options.onStdout);
    const stderr = collect(child.stderr, both, options.onStderr);
    try {
      const status = await new Promise<string>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, signal) =>
          resolve(signal === null ? `exit status ${code ?? 1}` : `signal: ${signal}`),
        );
      });
      if (status !== "exit status 0") {
        throw new Error(
          `${status}: running ${JSON.stringify(options.shown)}:\n${Buffer.concat(both).toString()}`,
        );
      }
    } finally {
      this.#children.delete(child);
    }
    return { stdout: withoutLastBreak(stdout), stderr: withoutLastBreak(stderr) };
  }

  /** The engine was interrupted: let the commands clean up; they are not killed hard. */
  cancel(): void {
    for (const child of this.#children) child.kill("SIGINT");
  }
}

function collect(stream: Readable, both: Buffer[], onLine: ((line: string) => void) | undefined): Buffer[] {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    both.push(chunk);
  });
  if (onLine !== undefined) createInterface({ input: stream }).on("line", onLine);
  return chunks;
}

const withoutLastBreak = (chunks: readonly Buffer[]): string =>
  Buffer.concat(chunks).toString().replace(/\n$/, "");
