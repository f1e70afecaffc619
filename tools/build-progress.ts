/**
 * Turns the output of `go build -v` into a line that says how long it has taken and what go is doing, repeated by a
 * timer so that a long link step does not look like a hang.
 */
export class BuildProgress {
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout;
  readonly #onLine: (line: string) => void;
  #packages = 0;
  #doing = "looking what is there already";

  constructor(onLine: (line: string) => void, everyMilliseconds = 1_000) {
    this.#onLine = onLine;
    this.#timer = setInterval(() => this.#report(), everyMilliseconds);
    this.#timer.unref();
  }

  /** @param line one line of go's standard error. */
  take(line: string): void {
    const download = /^go: downloading (\S+) (\S+)/.exec(line);
    if (download !== null) {
      this.#doing = `downloading ${download[1]} ${download[2]}`;
    } else if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) {
      this.#packages += 1;
      this.#doing = `compiling ${line}`;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    const seconds = Math.round((Date.now() - this.#started) / 1_000);
    const elapsed = `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
    const packages = this.#packages === 0 ? "" : ` (${this.#packages} packages)`;
    this.#onLine(`${elapsed} ${this.#doing}${packages}`);
  }
}
