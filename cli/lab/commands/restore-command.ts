import { Command, Option } from "commander";
import { readBackup } from "../backup/backup-file.ts";
import { backupPassphrase, passphraseVariable } from "../backup/passphrase.ts";
import { restoreLab } from "../backup/restore-lab.ts";
import { type StateChoice, stateChoices } from "../backup/restore-state.ts";
import { upAfterRestore } from "../backup/up-after-restore.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface RestoreOptions {
  readonly passphraseFile?: string;
  readonly dryRun?: true;
  readonly keepPresent?: true;
  readonly state: StateChoice;
}

/** `lab restore` */
export function restoreCommand({ open, note }: CommandContext): Command {
  return new Command("restore")
    .description(
      "puts a backup into an infra cluster that was made anew, held still until lab resume; before pulumi up",
    )
    .argument("<file>", "what lab backup wrote")
    .option(
      "--passphrase-file <file>",
      `its first line is the backup's passphrase (default: ${passphraseVariable})`,
    )
    .option("-n, --dry-run", "only tell what would be done")
    .option("--keep-present", "leave objects that are there as they are, instead of refusing")
    .addOption(
      new Option("--state <choice>", "Pulumi's state: auto imports it where the stack has no resources")
        .choices(stateChoices)
        .default("auto"),
    )
    .addHelpText(
      "after",
      `
The old infra node must not run any more, or run again: two of them would fight for the hosts. Can be run again after an interruption.
${examples("lab restore lab.backup --dry-run", `lab restore lab.backup && ${upAfterRestore} && lab resume`)}`,
    )
    .action(async (file: string, { passphraseFile, dryRun, keepPresent, state }: RestoreOptions) => {
      const lab = await open();
      const content = await readBackup(file, await backupPassphrase(passphraseFile));
      const done = await restoreLab(lab, content, {
        dryRun: dryRun === true,
        keepPresent: keepPresent === true,
        state,
        say: note,
      });
      console.log(
        done
          ? `Restored, and held still. Now: ${upAfterRestore} --stack ${lab.stack}, then: lab --stack ${lab.stack} resume`
          : "Nothing was done.",
      );
    });
}
