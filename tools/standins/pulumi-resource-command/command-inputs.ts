import { z } from "zod";
import { logging } from "./engine-log.ts";

/** What local.Command and remote.Command have in common: their commands by phase, and what those are given. */
export const commandInputs = z.object({
  create: z.string().optional(),
  update: z.string().optional(),
  delete: z.string().optional(),
  stdin: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  logging,
  addPreviousOutputInEnv: z.boolean().default(true),
  triggers: z.array(z.unknown()).optional(),
});

type CommandInputs = z.infer<typeof commandInputs>;

/** Outputs of the last run that came before; empty for a resource that never ran anything. */
const previousOutputs = z.object({ stdout: z.string().default(""), stderr: z.string().default("") });

/**
 * The environment of a command: what was declared, and for update and delete the outputs of the run before.
 *
 * @param state plain values of the old state, undefined at creation.
 */
export function commandEnvironment(inputs: CommandInputs, state?: unknown): Record<string, string> {
  if (state === undefined || !inputs.addPreviousOutputInEnv) return { ...inputs.environment };
  const { stdout, stderr } = previousOutputs.parse(state);
  return { PULUMI_COMMAND_STDOUT: stdout, PULUMI_COMMAND_STDERR: stderr, ...inputs.environment };
}
