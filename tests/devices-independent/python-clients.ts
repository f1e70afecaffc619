import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Not for traffic to the loopback address; the CA bundles override "do not verify" in python-requests. */
const TRAPS = [
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "http_proxy",
  "https_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
];

/** The Python clients of this folder in a virtual environment of their own, made once and kept in the project's cache. */
export class PythonClients {
  readonly #python: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(python: string, credentials: { readonly username: string; readonly password: string }) {
    this.#python = python;
    const inherited = Object.entries(process.env).filter(([name]) => !TRAPS.includes(name));
    this.#environment = {
      ...Object.fromEntries(inherited),
      DEVICE_USER: credentials.username,
      DEVICE_PASSWORD: credentials.password,
    };
  }

  /** @throws Error when there is no Python, or pip cannot install what requirements.txt pins. */
  static async prepare(credentials: { username: string; password: string }): Promise<PythonClients> {
    const cache = process.env.EDGE_LAB_CACHE ?? join(root, ".edge-lab", "cache");
    const folder = join(cache, "devices-independent");
    const python = join(folder, "bin", "python");
    const requirements = readFileSync(join(here, "requirements.txt"), "utf8");
    const mark = join(folder, "installed.txt");
    if (!existsSync(mark) || readFileSync(mark, "utf8") !== requirements) {
      mkdirSync(cache, { recursive: true });
      await run("python3", ["-m", "venv", folder]);
      await run(python, ["-m", "pip", "install", "--quiet", "--requirement", join(here, "requirements.txt")]);
      // Written last: an interrupted installation is done again.
      writeFileSync(mark, requirements);
    }
    return new PythonClients(python, credentials);
  }

  /** Runs one client; what it has seen is the JSON in the last line of its output. */
  async see(script: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
    const { stdout } = await run(this.#python, [join(here, script), ...args], {
      env: this.#environment,
      timeout: 120_000,
    });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
  }
}
