import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Not for traffic to the loopback address; the CA bundles override what a Python client is told to verify. */
const TRAPS = [
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "http_proxy",
  "https_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
];

/** pip repeats a failed download by itself, with a growing pause. */
const INSTALL_MS = 600_000;

export interface ScriptRun {
  readonly arguments?: readonly string[];
  /** On standard input: the place for passwords, which other users of the machine could read among the arguments. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly onLine?: (line: string) => void;
}

/** Python could not be made ready or a script of it did not come to its end; the message says what to do. */
export class PythonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PythonError";
  }
}

/** Packages from PyPI in a virtual environment of their own, made once and kept in the project's cache. */
export class PythonEnvironment {
  readonly #python: string;

  private constructor(python: string) {
    this.#python = python;
  }

  /** @param python the interpreter of an environment that is made already */
  static at(python: string): PythonEnvironment {
    return new PythonEnvironment(python);
  }

  /**
   * @param name the folder in the cache
   * @param requirements the file with the pinned packages; with hashes in it, pip takes nothing else
   * @throws PythonError when there is no Python, or pip cannot install what is pinned
   */
  static async prepare(name: string, requirements: string): Promise<PythonEnvironment> {
    const cache = process.env.EDGE_LAB_CACHE ?? join(root, ".edge-lab", "cache");
    const folder = join(cache, name);
    const python = join(folder, "bin", "python");
    const wanted = readFileSync(requirements, "utf8");
    const mark = join(folder, "installed.txt");
    if (!existsSync(mark) || readFileSync(mark, "utf8") !== wanted) {
      mkdirSync(cache, { recursive: true });
      // What an older list has left could stand in for what the new one forgot.
      rmSync(folder, { recursive: true, force: true });
      await makeEnvironment(folder);
      await install(python, requirements);
      // Written last: an interrupted installation is done again.
      writeFileSync(mark, wanted);
    }
    return new PythonEnvironment(python);
  }

  /**
   * Runs a script and tells each line of its standard output as it comes.
   * @throws PythonError with the end of its standard error when it fails or takes too long
   */
  async run(script: string, options: ScriptRun): Promise<void> {
    const inherited = Object.entries(process.env).filter(([name]) => !TRAPS.includes(name));
    const child = spawn(this.#python, [script, ...(options.arguments ?? [])], {
      env: { ...Object.fromEntries(inherited), ...options.environment, PYTHONUNBUFFERED: "1" },
      timeout: options.timeoutMs,
    });
    const errors: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    // Whoever ends before reading its input is told of by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => options.onLine?.(line));
    const ended = new Promise<string | undefined>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code, signal) => {
        if (signal) resolve(`was ended by ${signal} (it may take ${options.timeoutMs / 1000} s)`);
        else resolve(code === 0 ? undefined : `exit code ${code}`);
      });
    });
    const problem = await ended;
    lines.close();
    if (problem === undefined) return;
    const words = Buffer.concat(errors).toString("utf8").trim().split("\n").slice(-15).join("\n");
    throw new PythonError(`${script}: ${problem}\n${words}`);
  }
}

async function makeEnvironment(folder: string): Promise<void> {
  try {
    await run("python3", ["-m", "venv", folder], { timeout: INSTALL_MS });
  } catch (error) {
    throw new PythonError(
      "There is no Python that can make a virtual environment. " +
        "Fix: install Python 3.11 with its venv module (Debian: apt-get install python3 python3-venv). " +
        `It said: ${lastWords(error)}`,
    );
  }
}

async function install(python: string, requirements: string): Promise<void> {
  const hashes = readFileSync(requirements, "utf8").includes("--hash=") ? ["--require-hashes"] : [];
  try {
    await run(python, ["-m", "pip", "install", "--quiet", ...hashes, "--requirement", requirements], {
      timeout: INSTALL_MS,
    });
  } catch (error) {
    throw new PythonError(
      `pip could not install ${requirements}. Fix: let this machine reach PyPI once (or set PIP_INDEX_URL to a mirror); ` +
        `what was installed is kept in the cache. It said: ${lastWords(error)}`,
    );
  }
}

function lastWords(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split("\n").slice(-5).join("\n");
}
