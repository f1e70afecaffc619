/** Commands that tell nobody anything while they run. */
const housekeeping = /^\w+: \$ (?:rm|mkdir|mv|tee|chmod|tar|truncate|df|losetup) /;

/** Milliseconds between two lines of a program's output. */
const pauseMs = 3000;

/**
 * Thins out what is shown: the commands that do something and what a step says itself, of a program's own output a line every
 * few seconds.
 * Pulumi keeps in its state and prints again what a command has shown, and a build has thousands of lines; all of them are in
 * the step's log.
 */
export class SparseLines {
  readonly #show: (line: string) => void;
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;

  constructor(show: (line: string) => void, now: () => number = Date.now) {
    this.#show = show;
    this.#now = now;
  }

  add(line: string): void {
    if (housekeeping.test(line)) return;
    const output = /^(check|container|disk|checksum): (?!\$ )/.test(line);
    if (output && this.#now() - this.#last < pauseMs) return;
    if (output) this.#last = this.#now();
    this.#show(line);
  }
}
