import { readFile } from "node:fs/promises";
import { LabError } from "../lab-error.ts";

export const passphraseVariable = "EDGE_LAB_BACKUP_PASSPHRASE";

/** A passphrase that is guessed in no time is none. */
const shortest = 12;

/**
 * A backup's passphrase: out of a file, of which the line end at the end does not count, else out of the environment. Never out
 * of arguments, which every user of the machine can read.
 *
 * @returns undefined when neither is given.
 * @throws LabError when the file cannot be read or the passphrase is too short.
 */
export async function backupPassphrase(file: string | undefined): Promise<string | undefined> {
  const given = file === undefined ? process.env[passphraseVariable] : await firstLine(file);
  if (given === undefined || (given === "" && file === undefined)) return undefined;
  if (given.length >= shortest) return given;
  throw new LabError(`the backup's passphrase has ${given.length} characters`, `Give at least ${shortest}`);
}

async function firstLine(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError(`the passphrase cannot be read (${why})`, "Name a file that you can read");
  }
}
