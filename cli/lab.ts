#!/usr/bin/env node
/**
 * `lab`: looks at a lab and into its clusters; `lab --help` lists what it can do. Also `npm run lab -- …`.
 *
 * Exit code 0; 1 with a message on standard error when something is in the way; 130 when interrupted; a command's own
 * codes are told by its --help.
 */
import { explained } from "./lab/commands/explained.ts";
import { labProgram } from "./lab/lab-program.ts";

// `lab watch | head`: the reader has seen enough, which is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await labProgram().parseAsync();
} catch (error) {
  const message = explained(error);
  if (message === undefined) throw error;
  console.error(message);
  process.exitCode = 1;
}
