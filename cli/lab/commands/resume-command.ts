import { Command } from "commander";
import { resumeLab } from "../backup/resume-lab.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

/** `lab resume` */
export function resumeCommand({ open, note }: CommandContext): Command {
  return new Command("resume")
    .description("lets hosts and clusters go on that lab restore or lab backup --hold holds still")
    .option("-n, --dry-run", "only tell what would be let go")
    .addHelpText("after", examples("lab resume", "lab resume --dry-run"))
    .action(async ({ dryRun }: { readonly dryRun?: true }) => {
      const names = await resumeLab(await open(), { dryRun: dryRun === true, say: note });
      const what = dryRun === true ? "To be let go" : "Let go";
      console.log(names.length === 0 ? "Nothing is held." : `${what}: ${names.join(", ")}`);
    });
}
