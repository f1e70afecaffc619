import { type ChildProcess, spawn } from "node:child_process";
import { DeviceError } from "../errors.ts";
import { MAX_ANSWER, stopped } from "./way.ts";

export interface Program {
  /** Begins error messages. */
  readonly where: string;
  /** Absolute. */
  readonly path: string;
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** What it printed to standard output; standard error is not read, since it may show anything. */
  readonly output: string;
}

/** From SIGTERM to SIGKILL, in milliseconds: less than the line to a device waits for a call that was stopped. */
const TERM_GRACE = 500;

/**
 * Runs a program to its end, in a process group of its own so that what it starts ends with it: SIGTERM, then SIGKILL.
 * Settles only when the program is gone, so that no second one meets it at the device.
 * @throws DeviceError when it cannot be started, prints too much or was stopped by the signal
 */
export async function runProgram(program: Program): Promise<ProgramEnd> {
  const { where, signal } = program;
  if (signal.aborted) throw stopped(where, signal);
  const child = start(program);
  // Missing where it could not be started for want of file descriptors.
  const { stdout } = child;
  return await new Promise<ProgramEnd>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let failure: DeviceError | undefined;
    let cancelKill = (): void => undefined;
    const end = (error: DeviceError): void => {
      if (failure !== undefined) return;
      failure = error;
      signalGroup(child.pid, "SIGTERM");
      const timer = setTimeout(() => {
        signalGroup(child.pid, "SIGKILL");
        // Whatever left the group and holds the pipe must not keep the caller.
        stdout?.destroy();
      }, TERM_GRACE);
      cancelKill = () => clearTimeout(timer);
    };
    const abort = (): void => end(stopped(where, signal));
    signal.addEventListener("abort", abort, { once: true });
    stdout?.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_ANSWER) chunks.push(chunk);
      else end(new DeviceError("device", `${where} printed more than ${MAX_ANSWER} bytes`));
    });
    child.on("error", (error) => {
      signal.removeEventListener("abort", abort);
      reject(unstarted(where, error));
    });
    child.on("close", (code, killedBy) => {
      signal.removeEventListener("abort", abort);
      cancelKill();
      if (failure === undefined) {
        resolve({ code, killedBy, output: Buffer.concat(chunks).toString("utf8") });
        return;
      }
      // Of a program that heeded SIGTERM, something that ignores it may be left.
      signalGroup(child.pid, "SIGKILL");
      reject(failure);
    });
  });
}

function start({ where, path, args, env }: Program): ChildProcess {
  try {
    return spawn(path, args, { cwd: "/", detached: true, stdio: ["ignore", "pipe", "ignore"], env });
  } catch (error) {
    throw unstarted(where, error);
  }
}

/** Only the code is told, and no cause: Node's message about a NUL quotes the text around it. */
function unstarted(where: string, error: unknown): DeviceError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return new DeviceError("device", `${where} cannot be started (${code})`);
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended already.
  }
}
