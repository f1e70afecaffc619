import { Command } from "commander";
import { why, whyText } from "../why/why.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";
import { explained } from "./explained.ts";
import { positiveNumber } from "./positive-number.ts";

interface WhyOptions {
  readonly json?: true;
  readonly patience: number;
}

/** `lab why`. Exit code 0: nothing is wrong; 1: something is; 2: it could not be looked at. */
export function whyCommand({ open, note }: CommandContext): Command {
  return new Command("why")
    .description("the first thing that is wrong with a host or a cluster, in its own words, and what to do")
    .argument("[name]", "of a host or a cluster; the whole lab if left out")
    .option("--patience <minutes>", "how long a step may take before it counts as stuck", positiveNumber, 10)
    .option("--json", "for programs")
    .addHelpText(
      "after",
      `
Walks from the Cluster over Machine, Metal3Machine, BareMetalHost and Ironic's node to the emulator's System and the device
behind it. Exit code 0: nothing is wrong; 1: something is; 2: it could not look.
${examples("lab why edge", "lab why m920q-1 --json", "lab why || echo 'the lab is not well'")}`,
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (name: string | undefined, { json, patience }: WhyOptions) => {
      try {
        const report = await why(await open(), name, patience);
        console.log(json ? JSON.stringify(report, null, 2) : whyText(report));
        process.exitCode = report.cause === null ? 0 : 1;
      } catch (error) {
        const message = explained(error);
        if (message === undefined) throw error;
        note(message);
        process.exitCode = 2;
      }
    });
}
