import { chmod, copyFile, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LabError } from "./lab-error.ts";

/**
 * Rewrites a file that others keep theirs in: what was there before stays beside it as FILE.lab-backup, the mode stays, a
 * link stays a link, and a reader at any moment finds the old or the new text whole. A file that is not there is made for
 * its owner alone (mode 0600). While another `lab` or kubectl writes it (FILE.lock, as client-go does) it is refused.
 *
 * @param change makes the new text out of the present one, which is empty when there is no file; may throw.
 * @returns the path of the backup; undefined when there was nothing to keep or nothing changed.
 * @throws LabError when the file is being written, or cannot be.
 */
export async function mergeIntoFile(
  path: string,
  change: (present: string) => string,
): Promise<string | undefined> {
  const target = await realpath(path).catch(() => path);
  const lock = `${target}.lock`;
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const held = await open(lock, "wx");
    await held.close();
  } catch (error) {
    if (code(error) === "EEXIST") {
      throw new LabError(
        `${target} is being written by somebody else`,
        `Try again; remove ${lock} if nobody is`,
      );
    }
    throw unwritable(target, error);
  }
  try {
    return await rewritten(target, change);
  } catch (error) {
    throw error instanceof LabError ? error : unwritable(target, error);
  } finally {
    await rm(lock, { force: true });
  }
}

async function rewritten(target: string, change: (present: string) => string): Promise<string | undefined> {
  const before = await stat(target).catch((error: unknown) => {
    if (code(error) === "ENOENT") return undefined;
    throw error;
  });
  const present = before === undefined ? "" : await readFile(target, "utf8");
  const text = change(present);
  if (text === present) return undefined;
  const backup = `${target}.lab-backup`;
  if (before !== undefined) {
    await copyFile(target, backup);
    await chmod(backup, before.mode & 0o777);
  }
  const beside = `${target}.${process.pid}.new`;
  try {
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.chmod(before === undefined ? 0o600 : before.mode & 0o777);
      if (before !== undefined && process.getuid?.() === 0) await file.chown(before.uid, before.gid);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return before === undefined ? undefined : backup;
}

const code = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

function unwritable(path: string, error: unknown): LabError {
  const why = error instanceof Error ? error.message : String(error);
  return new LabError(`${path} cannot be written (${why})`, "Give --merge a file in a folder of yours");
}
