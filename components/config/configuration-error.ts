import { ProgramError } from "../errors/program-error.ts";
import { type Problem, problemLine } from "./problem.ts";

/**
 * Everything that is wrong with a lab's configuration, at once. `pulumi` shows
 * its message alone, and the command fails.
 */
export class ConfigurationError extends ProgramError {
  override readonly name = "ConfigurationError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
    const lines = problems.map((problem) => `  - ${problemLine(problem)}`);
    super([`The lab's configuration has ${count}; nothing was changed.`, ...lines].join("\n"));
    this.problems = problems;
  }
}
