import { execFile } from "node:child_process";

/** A program that ended with another code than 0, was not there, or took too long. */
export class CommandError extends Error {
  /** Exit code; absent when it was killed or could not be started. */
  readonly code?: number;
  readonly stderr: string;

  constructor(message: string, stderr: string, code?: number) {
    super(message);
    this.name = "CommandError";
    this.stderr = stderr;
    if (code !== undefined) this.code = code;
  }
}

/**
 * Runs a program to its end and returns its standard output.
 * @param timeoutMs after which it is killed; the commands here (ip, mount) take milliseconds.
 * @throws CommandError with the program's own words.
 */
export function systemCommand(
  command: string,
  args: readonly string[],
  { timeoutMs = 10_000, input }: { readonly timeoutMs?: number; readonly input?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { timeout: timeoutMs }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = stderr.trim() || error.message;
      const code = typeof error.code === "number" ? error.code : undefined;
      const ended = error.killed ? `killed after ${timeoutMs} ms` : said;
      reject(new CommandError(`${[command, ...args].join(" ")}: ${ended}`, stderr, code));
    });
    child.stdin?.on("error", () => {
      // The program may end without reading; its exit code says what happened.
    });
    child.stdin?.end(input ?? "");
  });
}
