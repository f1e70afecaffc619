/**
 * Whether a host answers at all, asked once per host and remembered for the run, so that a machine without the
 * internet does not wait for every file. Any HTTP answer counts, an error status too.
 */
export class Reachability {
  readonly #timeout: number;
  readonly #answers = new Map<string, Promise<string | undefined>>();

  constructor(timeoutMilliseconds = 5_000) {
    this.#timeout = timeoutMilliseconds;
  }

  /** @returns undefined when the host of `url` answers, else why not, as half a sentence. Never throws. */
  check(url: string): Promise<string | undefined> {
    const { origin, host } = new URL(url);
    const known = this.#answers.get(origin);
    if (known !== undefined) return known;
    const answer = this.#ask(origin, host);
    this.#answers.set(origin, answer);
    return answer;
  }

  async #ask(origin: string, host: string): Promise<string | undefined> {
    try {
      const signal = AbortSignal.timeout(this.#timeout);
      const response = await fetch(origin, { method: "HEAD", redirect: "manual", signal });
      await response.body?.cancel();
      return undefined;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const { code, name, message } = cause as NodeJS.ErrnoException;
      if (name === "TimeoutError") return `${host} did not answer within ${this.#timeout / 1_000} s`;
      return `${host} is not reachable (${code ?? message})`;
    }
  }
}
