import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One of our own scripts as a step of @pulumi/command. */
export interface ScriptCommand {
  /** Shell text; relative, since the command provider runs in the project's folder and the text is kept in state. */
  readonly command: string;
  /** Changes when the script does. */
  readonly hash: string;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param script path from the project's folder, with forward slashes.
 * @param args plain words that never hold a secret: they are seen in state and in the list of processes.
 * @throws Error for an argument that a shell would read otherwise.
 */
export function scriptCommand(script: string, ...args: readonly (string | number)[]): ScriptCommand {
  const words = args.map(String);
  const odd = words.find((word) => !/^[\w.:/-]+$/.test(word));
  if (odd !== undefined) throw new Error(`${script}: ${JSON.stringify(odd)} is not a plain word`);
  const hash = createHash("sha256")
    .update(readFileSync(`${repository}/${script}`))
    .digest("hex")
    .slice(0, 16);
  // exec: a time-out then ends the script itself and not just its shell.
  return { command: ["exec", "node", script, ...words].join(" "), hash };
}
