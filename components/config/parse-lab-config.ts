import type { z } from "zod";
import type { Mode } from "./checks/check.ts";
import { checks } from "./checks/index.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { type Draft, draftOf } from "./draft.ts";
import { type LabConfig, labSchema } from "./lab.ts";
import type { Problem } from "./problem.ts";
import { project } from "./project.ts";
import { resolvedLab } from "./resolve/resolved-lab.ts";
import { schemaProblems } from "./schema-problems.ts";

/** A checked lab, and what is worth knowing but stops nothing. */
export interface ReadLab {
  readonly config: LabConfig;
  readonly warnings: readonly Problem[];
}

function ownValues(raw: Record<string, unknown>): Record<string, unknown> {
  const prefix = `${project}:`;
  const own = Object.entries(raw).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

/**
 * Checks a lab's configuration as a whole. `raw` is as in a stack file's `config`: keys such as `edge-lab:hosts` with decoded
 * values, secrets as plain text; keys of other namespaces are not ours and are left alone.
 *
 * @throws {ConfigurationError} with every mistake at once, never with a secret in it.
 */
export function readLabConfig(raw: Record<string, unknown>, options: { readonly mode: Mode }): ReadLab {
  const values = ownValues(raw);
  const result = labSchema.safeParse(values);
  const draft = draftOf(labSchema, values) as Draft;
  const problems = [
    ...(result.success ? [] : schemaProblems(labSchema, values, result.error.issues)),
    ...checks.flatMap((check) => check(draft, options.mode)),
  ];
  const errors = problems.filter((problem) => problem.severity === "error");
  if (!result.success || errors.length > 0) throw new ConfigurationError(errors);
  const data: z.output<typeof labSchema> = result.data;
  return { config: resolvedLab(data), warnings: problems };
}

/** Like {@link readLabConfig}, for whoever does not care for warnings. */
export function parseLabConfig(raw: Record<string, unknown>, options: { readonly mode: Mode }): LabConfig {
  return readLabConfig(raw, options).config;
}
