// The sub-path keeps pure code and its tests free of the whole SDK.
import { RunError } from "@pulumi/pulumi/errors.js";
import { type Problem, problemLine } from "./problem.ts";

/**
 * Everything that is wrong with a lab's configuration, at once. As a RunError it is shown by `pulumi` as its message alone,
 * without a stack (SDK 3.270, cmd/run/run.js: "Always hide the stack for RunErrors"), and the command fails.
 */
export class ConfigurationError extends RunError {
  override readonly name = "ConfigurationError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
    const lines = problems.map((problem) => `  - ${problemLine(problem)}`);
    super([`The lab's configuration has ${count}; nothing was changed.`, ...lines].join("\n"));
    this.problems = problems;
  }
}
