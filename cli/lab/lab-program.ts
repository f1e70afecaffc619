import { Command } from "commander";
import { adoptCommand } from "./commands/adopt-command.ts";
import { backupCommand } from "./commands/backup-command.ts";
import type { CommandContext } from "./commands/command-context.ts";
import { completionCommand } from "./commands/completion-command.ts";
import { consoleCommand } from "./commands/console-command.ts";
import { doctorCommand } from "./commands/doctor-command.ts";
import { hostsCommand } from "./commands/hosts-command.ts";
import { kubeconfigCommand } from "./commands/kubeconfig-command.ts";
import { logsCommand } from "./commands/logs-command.ts";
import { powerCommand } from "./commands/power-command.ts";
import { restoreCommand } from "./commands/restore-command.ts";
import { resumeCommand } from "./commands/resume-command.ts";
import { upgradeCommand } from "./commands/upgrade-command.ts";
import { watchCommand } from "./commands/watch-command.ts";
import { whyCommand } from "./commands/why-command.ts";
import { LabContext, type LabOptions } from "./lab-context.ts";

/** The whole command line of `lab`. */
export function labProgram(): Command {
  const program = new Command("lab")
    .description("Looks at a lab and into its clusters.")
    .option(
      "--stack <name>",
      "the lab's Pulumi stack (default: PULUMI_STACK, the selected one, the only one)",
    )
    .option("--config-file <file>", "the stack's file, if it is not Pulumi.<stack>.yaml");
  const context: CommandContext = {
    options: () => program.opts<LabOptions>(),
    open: () => LabContext.open(program.opts<LabOptions>()),
    note: (line) => console.error(line),
  };
  for (const command of [
    hostsCommand,
    whyCommand,
    watchCommand,
    doctorCommand,
    logsCommand,
    powerCommand,
    consoleCommand,
    upgradeCommand,
    kubeconfigCommand,
    backupCommand,
    restoreCommand,
    resumeCommand,
    adoptCommand,
  ]) {
    program.addCommand(command(context));
  }
  return program.addCommand(completionCommand(program));
}
