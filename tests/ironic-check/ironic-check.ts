import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PythonEnvironment } from "../support/python-environment.ts";
import { type CheckResult, parseResult } from "./check-results.ts";
import type { CheckTarget } from "./check-target.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** With a machine under load; a hanging client must not hang CI. */
const LONGEST_MS = 300_000;

/** The real clients of Ironic, installed from PyPI. */
export class IronicCheck {
  readonly #sushy: PythonEnvironment;

  private constructor(sushy: PythonEnvironment) {
    this.#sushy = sushy;
  }

  /** @throws PythonError that says how to come to Python and to what is pinned here */
  static async prepare(): Promise<IronicCheck> {
    return new IronicCheck(
      await PythonEnvironment.prepare("ironic-check-sushy", join(here, "requirements-sushy.txt")),
    );
  }

  /**
   * Runs every check and tells each as it is done. The machines are switched on and off.
   * @throws PythonError when a client did not come to its end, which is no result at all
   */
  async run(target: CheckTarget, onResult: (result: CheckResult) => void): Promise<void> {
    await this.#sushy.run(join(here, "sushy_checks.py"), {
      input: JSON.stringify(target),
      timeoutMs: LONGEST_MS,
      onLine: (line) => onResult(parseResult(line)),
    });
  }
}
