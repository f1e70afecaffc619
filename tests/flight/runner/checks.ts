import { isDeepStrictEqual } from "node:util";

/** One thing that was as it has to be, or was not. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, for those that read the report. */
  readonly found: string;
}

/** The first thing in a story that was otherwise than it has to be. */
export class FlightDifference extends Error {
  override readonly name = "FlightDifference";
  readonly what: string;
  readonly expected: string;
  readonly actual: string;

  constructor(what: string, expected: string, actual: string) {
    super(`${what}\n  expected: ${expected}\n  actual:   ${actual}`);
    this.what = what;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Checks of one story; each is told and kept for the report, and the first that fails ends the story. */
export class Checks {
  readonly done: Check[] = [];
  readonly #tell: (check: Check) => void;

  constructor(tell: (check: Check) => void) {
    this.#tell = tell;
  }

  /** @throws FlightDifference. */
  equal(what: string, actual: unknown, expected: unknown): void {
    this.#judge(what, isDeepStrictEqual(actual, expected), shown(expected), shown(actual));
  }

  /**
   * Something that holds, with what was found, in words.
   * @throws FlightDifference.
   */
  ok(what: string, holds: boolean, found: string, expected = "that it holds"): void {
    this.#judge(what, holds, expected, found);
  }

  /**
   * That a pure check found nothing wrong.
   * @throws FlightDifference with all that it found.
   */
  none(what: string, problems: readonly string[]): void {
    this.#judge(
      what,
      problems.length === 0,
      "nothing",
      problems.length === 0 ? "nothing wrong" : problems.join("; "),
    );
  }

  /** @throws FlightDifference. */
  match(what: string, actual: string, expected: RegExp): void {
    this.#judge(what, expected.test(actual), `text like ${expected}`, actual.trim().slice(-2_000));
  }

  /** Something measured that nothing is asked of. */
  measured(what: string, found: string): void {
    this.#keep({ what, ok: true, found });
  }

  #judge(what: string, ok: boolean, expected: string, actual: string): void {
    this.#keep({ what, ok, found: actual });
    if (!ok) throw new FlightDifference(what, expected, actual);
  }

  #keep(check: Check): void {
    this.done.push(check);
    this.#tell(check);
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
