import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What the steps of a build say: every line goes to the step's own file, and to whoever watches. */
export class StepLog {
  readonly #folder: string;
  readonly #watch: (line: string) => void;

  constructor(folder: string, watch: (line: string) => void) {
    this.#folder = folder;
    this.#watch = watch;
    mkdirSync(folder, { recursive: true });
  }

  /** The file of a step, relative to nothing: an absolute path. */
  file(step: string): string {
    return join(this.#folder, `${step}.log`);
  }

  /** Begins a step's file anew. */
  begin(step: string): void {
    rmSync(this.file(step), { force: true });
  }

  line(step: string, text: string): void {
    appendFileSync(this.file(step), `${text}\n`);
    this.#watch(`${step}: ${text}`);
  }
}
