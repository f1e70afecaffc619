import assert from "node:assert/strict";
import type { Mode } from "../../../components/config/checks/check.ts";
import { ConfigurationError } from "../../../components/config/configuration-error.ts";
import { readLabConfig } from "../../../components/config/parse-lab-config.ts";
import { problemLine } from "../../../components/config/problem.ts";
import { put, type RawLab, sampleLab } from "./sample-lab.ts";

/** A value put in place somewhere in the configuration; undefined removes it. */
export type Change = readonly [path: readonly (string | number)[], value: unknown];

/** The lines of the error that a lab gives; none when it is accepted. */
export function refusals(lab: RawLab, mode: Mode = "up"): string[] {
  try {
    readLabConfig(lab, { mode });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    const lines = error.problems.map(problemLine);
    for (const line of lines) assert.ok(error.message.includes(line), `the message lacks: ${line}`);
    return lines;
  }
}

/** The sample lab with some values changed. */
export function changed(...changes: readonly Change[]): RawLab {
  return changes.reduce((lab, [path, value]) => put(lab, path, value), sampleLab());
}

/** Asserts that exactly one mistake is found, and that its line says where, what and the fix. */
export function refusedOnce(lab: RawLab, ...parts: readonly string[]): void {
  const lines = refusals(lab);
  assert.equal(lines.length, 1, `expected one mistake:\n${lines.join("\n")}`);
  for (const part of parts)
    assert.ok(lines[0]?.includes(part), `${JSON.stringify(part)} is not in: ${lines[0]}`);
  assert.match(lines[0] ?? "", / Fix: \S/);
}

/** The warnings of a lab that is accepted. */
export function warnings(lab: RawLab, mode: Mode = "up"): string[] {
  return readLabConfig(lab, { mode }).warnings.map(problemLine);
}
