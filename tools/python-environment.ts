import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CacheFolder } from "./cache-folder.ts";
import { withProcessLock } from "./process-lock.ts";
import { ToolError } from "./tool-error.ts";

const execute = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));

/** pip repeats a failed download by itself, with growing pauses. */
const INSTALL_MS = 900_000;

/** Sets of Python packages that are pinned with their hashes: the folders of tools/python. */
export type PythonSet = "ironic" | "redfish" | "peer" | "hadolint";

export interface PythonEnvironmentOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (message: string) => void;
  readonly cache?: CacheFolder;
}

/**
 * A virtual environment of Python that holds exactly what `tools/python/<set>/requirements.txt` pins (every package with
 * its sha256), made once per content of that file in the project's cache and used again afterwards.
 * @returns the environment's `bin` folder.
 * @throws ToolError no-route when there is no Python that can make one, no-network when pip cannot install; the
 * signal's reason when aborted.
 */
export async function pythonEnvironment(
  set: PythonSet,
  { signal, onProgress, cache = new CacheFolder() }: PythonEnvironmentOptions = {},
): Promise<string> {
  const requirements = join(here, "python", set, "requirements.txt");
  const revision = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const folder = join(cache.root, "python", set, revision);
  const bin = join(folder, "bin");
  // Written last: without it the installation was interrupted and is done again.
  const complete = join(folder, "complete");
  if (existsSync(complete)) return bin;
  cache.requireWritable();
  const wait = onProgress ? { onWait: onProgress } : {};
  await withProcessLock(cache.lock(`python-${set}`), { what: `Python ${set}`, signal, ...wait }, async () => {
    if (existsSync(complete)) return;
    // In place and not in a scratch folder: an environment holds its own path and cannot be moved.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    onProgress?.("making a virtual environment");
    await makeEnvironment(folder, signal);
    onProgress?.("installing from PyPI");
    await install(join(bin, "python"), requirements, signal);
    writeFileSync(complete, "");
  });
  return bin;
}

async function makeEnvironment(folder: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await execute("python3", ["-m", "venv", folder], { timeout: INSTALL_MS, ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ToolError(
      "no-route",
      `there is no Python that can make a virtual environment: ${lastWords(cause)}`,
      "Fix: install Python 3.11 or later with its venv module (Debian: apt-get install python3 python3-venv).",
      { cause },
    );
  }
}

async function install(python: string, requirements: string, signal: AbortSignal | undefined): Promise<void> {
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  try {
    await execute(python, [...pip, "--require-hashes", "--requirement", requirements], {
      timeout: INSTALL_MS,
      ...(signal && { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ToolError(
      "no-network",
      `pip could not install ${requirements}: ${lastWords(cause)}`,
      "Fix: let this machine reach PyPI, or a mirror of it (PIP_INDEX_URL), once; it is kept in the cache.",
      { cause, retryable: true },
    );
  }
}

function lastWords(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split("\n").slice(-3).join(" ");
}
