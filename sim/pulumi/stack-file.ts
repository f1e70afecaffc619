import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

const SALT = /^encryptionsalt:.*\n?/m;

/**
 * What a stack file should say after Pulumi has been at it, or undefined when it is fine as it is.
 *
 * With a passphrase Pulumi writes `encryptionsalt` into the stack's file at the first command that loads it, and
 * re-formats the whole file while at it (engine 3.259: getAndSaveSecretsManager, ProjectStack.Save). The salt is not
 * needed there: the state holds it, too, and without one Pulumi makes another of the same passphrase. So a tracked
 * file gets its own text back, unless it holds encrypted values, which cannot be read without the salt.
 * @param text the file as Pulumi left it.
 * @param original the file as it was when it last held no salt.
 */
export function restoredStackFile(text: string, original: string | undefined): string | undefined {
  if (!SALT.test(text)) return undefined;
  const stripped = text.replace(SALT, "");
  const content: unknown = parse(stripped);
  if (holdsSecret(content)) return undefined;
  const unchanged = original !== undefined && isDeepStrictEqual(content, parse(original));
  return unchanged ? original : stripped;
}

/** Whether there is an encrypted value in it: a map `{secure: …}`. */
function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(holdsSecret);
}

/**
 * Keeps a tracked stack file as its author wrote it; called before and after each `pulumi` command. The file's own
 * text is remembered in `memory`, so that even a command that was killed in between is made good by the next one.
 */
export function keepStackFile(file: string, memory: string): void {
  if (!existsSync(file)) return;
  const text = readFileSync(file, "utf8");
  const original = existsSync(memory) ? readFileSync(memory, "utf8") : undefined;
  const restored = restoredStackFile(text, original);
  if (restored !== undefined) writeFileSync(file, restored);
  const clean = restored ?? text;
  if (SALT.test(clean) || clean === original) return;
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, clean);
}
