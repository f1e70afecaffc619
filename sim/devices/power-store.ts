import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MachinePower } from "./simulated-device.ts";

const POWERS: readonly string[] = ["on", "off", "sleep", "hibernate"] satisfies MachinePower[];

/**
 * The position of one device's relay on disk (`<stateDir>/<name>.json`), so that a simulator killed at any moment
 * comes back with the power as it was. Without a folder nothing is kept.
 */
export class PowerStore {
  readonly #file: string | undefined;
  readonly #stateDir: string | undefined;

  constructor(stateDir: string | undefined, name: string) {
    this.#stateDir = stateDir;
    this.#file = stateDir === undefined ? undefined : join(stateDir, `${name}.json`);
  }

  /** The power written last, or `fallback` when there is none or the file is no use. */
  read(fallback: MachinePower): MachinePower {
    if (this.#file === undefined) return fallback;
    try {
      const { power } = JSON.parse(readFileSync(this.#file, "utf8")) as { power?: unknown };
      return typeof power === "string" && POWERS.includes(power) ? (power as MachinePower) : fallback;
    } catch {
      return fallback;
    }
  }

  /** By a rename, so that there is no moment with half a file. */
  write(power: MachinePower): void {
    if (this.#file === undefined || this.#stateDir === undefined) return;
    mkdirSync(this.#stateDir, { recursive: true });
    const draft = `${this.#file}.${process.pid}.draft`;
    writeFileSync(draft, `${JSON.stringify({ power })}\n`);
    renameSync(draft, this.#file);
  }
}
