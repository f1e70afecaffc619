import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export const repository = join(import.meta.dirname, "../../..");

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));

const step = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  with: z.record(z.string(), z.unknown()).default({}),
});

const workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(
    z.string(),
    z.object({
      "runs-on": z.union([z.string(), z.array(z.string())]),
      environment: z.string().optional(),
      if: z.string().optional(),
      "timeout-minutes": z.number(),
      permissions: permissions.optional(),
      env: z.record(z.string(), z.string()).default({}),
      steps: z.array(step),
    }),
  ),
});

export type Workflow = z.output<typeof workflow>;
export type WorkflowStep = z.output<typeof step>;

export const names = ["preview", "up", "destroy", "docs"] as const;

/** One of .github/workflows, as GitHub reads it. */
export function workflowFile(name: (typeof names)[number]): Workflow {
  const file = join(repository, ".github", "workflows", `${name}.yml`);
  return workflow.parse(parse(readFileSync(file, "utf8")));
}

export function stepsOf(file: Workflow): WorkflowStep[] {
  return Object.values(file.jobs).flatMap(({ steps }) => steps);
}

/** The shell text of the one step of this name. */
export function script(file: Workflow, name: string): string {
  const found = stepsOf(file).find((one) => one.name === name)?.run;
  if (found === undefined) throw new Error(`no step "${name}" with a script`);
  return found;
}
