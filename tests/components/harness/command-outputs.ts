import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const printed = new Map<string, string>();

/** What the command provider adds in an update, for recordProgram: the real output of the scripts that make secrets. */
export function commandOutputs(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { create } = inputs;
  if (type !== "command:local:Command" || typeof create !== "string") return {};
  if (!create.includes("components/secrets/scripts/")) return { stdout: "", stderr: "" };
  return { stdout: printedBy(create), stderr: "" };
}

/** Every secret that commandOutputs has handed out so far, as text that may not appear anywhere readable. */
export function secretTexts(): string[] {
  return [...printed.values()].flatMap((text) => {
    if (!text.startsWith("{")) return [text];
    const { privateKey } = JSON.parse(text) as { privateKey: string };
    // A line of the key: in JSON the whole would look different.
    return [privateKey.split("\n")[1] ?? privateKey];
  });
}

function printedBy(create: string): string {
  const known = printed.get(create);
  if (known !== undefined) return known;
  const [, command = "", ...args] = create.split(" ");
  const text = execFileSync(command, args, { cwd: repository, encoding: "utf8" });
  printed.set(create, text);
  return text;
}
