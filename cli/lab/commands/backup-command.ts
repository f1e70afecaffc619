import { Command } from "commander";
import { writeBackup } from "../backup/backup-file.ts";
import { backupPassphrase, passphraseVariable } from "../backup/passphrase.ts";
import { takeBackup } from "../backup/take-backup.ts";
import { LabError } from "../lab-error.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface BackupOptions {
  readonly passphraseFile?: string;
  readonly plain?: true;
  readonly hold?: true;
  readonly state: boolean;
  readonly store: boolean;
}

/** `lab backup` */
export function backupCommand({ open, note }: CommandContext): Command {
  return new Command("backup")
    .description(
      "hosts, clusters and their secrets, Pulumi's state and the emulator's store, into one file for lab restore",
    )
    .argument("<file>", "to write; of an earlier one nothing is left")
    .option("--passphrase-file <file>", `its first line encrypts the backup (default: ${passphraseVariable})`)
    .option("--plain", "do not encrypt it: who reads it rules the lab")
    .option("--hold", "pause clusters and hosts first and leave them so, for a move; lab resume lets them go")
    .option("--no-state", "without Pulumi's state")
    .option("--no-store", "without the emulator's store")
    .addHelpText(
      "after",
      `
Changes nothing, unless with --hold. What is in it and what is not: docs/backup.md.
${examples("lab backup lab.backup --passphrase-file ~/.lab-passphrase", "lab backup lab.backup --plain")}`,
    )
    .action(async (file: string, { passphraseFile, plain, hold, state, store }: BackupOptions) => {
      const passphrase = plain ? undefined : await backupPassphrase(passphraseFile);
      if (passphrase === undefined && !plain) {
        throw new LabError(
          "a backup holds kubeconfigs, keys and logins, and there is no passphrase to encrypt it with",
          `Set ${passphraseVariable} or give --passphrase-file; --plain writes it in the clear, for you alone (mode 0600)`,
        );
      }
      const lab = await open();
      const content = await takeBackup(lab, { hold: hold === true, state, store, say: note });
      await writeBackup(file, content, passphrase);
      if (passphrase === undefined)
        note(`WARNING: ${file} is not encrypted: who reads it rules the lab and its clusters`);
      console.log(`${file}: backup of stack ${lab.stack}, ${content.made}`);
    });
}
