import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchResult } from "./bench-result.ts";

/** The last result of each case, a file of JSON each, so that cases can be measured one at a time. */
export class ResultStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(result: BenchResult): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, `${result.id}.json`), `${JSON.stringify(result, rounded, 2)}\n`);
  }

  /** By case. */
  read(): ReadonlyMap<string, BenchResult> {
    const files = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    const results = files
      .filter((file) => file.endsWith(".json"))
      .map((file) => JSON.parse(readFileSync(join(this.#folder, file), "utf8")) as BenchResult);
    return new Map(results.map((result) => [result.id, result]));
  }
}

/** Nobody measures to more than milliseconds here. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
}
