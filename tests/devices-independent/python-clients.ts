import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PythonEnvironment } from "../support/python-environment.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The Python clients of this folder, each a script that prints what it has seen. */
export class PythonClients {
  readonly #python: PythonEnvironment;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(python: PythonEnvironment, { username, password }: Credentials) {
    this.#python = python;
    this.#environment = { DEVICE_USER: username, DEVICE_PASSWORD: password };
  }

  /** @throws PythonError when there is no Python, or pip cannot install what requirements.txt pins. */
  static async prepare(credentials: Credentials): Promise<PythonClients> {
    const python = await PythonEnvironment.prepare("devices-independent", join(here, "requirements.txt"));
    return new PythonClients(python, credentials);
  }

  /** Runs one client; what it has seen is the JSON in the last line of its output. */
  async see(script: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
    let last = "";
    await this.#python.run(join(here, script), {
      arguments: args,
      environment: this.#environment,
      timeoutMs: 120_000,
      onLine: (line) => {
        last = line;
      },
    });
    return JSON.parse(last) as Record<string, unknown>;
  }
}
