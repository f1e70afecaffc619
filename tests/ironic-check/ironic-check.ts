import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../../tools/python-environment.ts";
import { PythonEnvironment } from "../support/python-environment.ts";
import { type CheckResult, parseResult } from "./check-results.ts";
import type { CheckTarget } from "./check-target.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** With a machine under load, where it took ten times as long as on a free one; a hanging client must not hang CI. */
const LONGEST_MS = 900_000;

/** sushy by itself, and the driver code of Ironic, which brings its own copy of it. */
export const CLIENTS = ["sushy", "ironic"] as const;
export type ClientName = (typeof CLIENTS)[number];

interface Client {
  readonly name: ClientName;
  readonly python: PythonEnvironment;
}

/** The real clients of Ironic, installed from PyPI. */
export class IronicCheck {
  readonly #clients: readonly Client[];

  private constructor(clients: readonly Client[]) {
    this.#clients = clients;
  }

  /** @throws PythonError that says how to come to Python and to what is pinned here */
  static async prepare(names: readonly ClientName[] = CLIENTS): Promise<IronicCheck> {
    const clients: Client[] = [];
    for (const name of names) {
      clients.push({ name, python: await environmentOf(name) });
    }
    return new IronicCheck(clients);
  }

  /**
   * Runs every check, one client after the other, and tells each check as it is done. The machines are switched on
   * and off.
   * @throws PythonError when a client did not come to its end, which is no result at all
   */
  async run(target: CheckTarget, onResult: (result: CheckResult) => void): Promise<void> {
    for (const { name, python } of this.#clients) {
      await python.run(join(here, `${name}_checks.py`), {
        input: JSON.stringify(target),
        timeoutMs: LONGEST_MS,
        onLine: (line) => onResult(parseResult(line)),
      });
    }
  }
}

/** Ironic is the one that the sim runs. */
async function environmentOf(name: ClientName): Promise<PythonEnvironment> {
  if (name === "ironic") return PythonEnvironment.at(join(await pythonEnvironment("ironic"), "python"));
  return PythonEnvironment.prepare("ironic-check-sushy", join(here, "requirements-sushy.txt"));
}
