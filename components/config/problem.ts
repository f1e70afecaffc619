/** One mistake in the configuration. All texts are fit to be shown: secrets are masked already. */
export interface Problem {
  /** Where, as in `edge-lab:hosts[2].macs[0]`. */
  readonly path: string;
  /** The offending value as shown to people; left out where there is none. */
  readonly value?: string;
  readonly wrong: string;
  readonly fix: string;
  /** A warning does not stop anything. */
  readonly severity: "error" | "warning";
}

/** The problem as one line: path, value, what is wrong, the fix. */
export function problemLine(problem: Problem): string {
  const value = problem.value === undefined ? "" : ` (${problem.value})`;
  const end = /[.?]$/.test(problem.fix) ? "" : ".";
  return `${problem.path}${value} ${problem.wrong}. Fix: ${problem.fix}${end}`.replace(/\s*\n\s*/g, " ");
}
