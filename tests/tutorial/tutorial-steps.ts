import { spawnSync } from "node:child_process";

/** One command line as bash takes it, which may be several lines of text, or what the commands before it have printed. */
export type TutorialStep =
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "output"; readonly of: string; readonly expected: string };

/**
 * What a tutorial has its reader do: each `sh` block is typed, each `text` block is what the `sh` block before it prints. A
 * `console` block is for a second terminal, and nobody waits for it.
 * @throws Error for a block of another kind, which no test would hold true
 */
export function tutorialSteps(markdown: string): TutorialStep[] {
  let typed = "";
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(
    ([, kind = "", text = ""]): TutorialStep[] => {
      if (kind === "console") return [];
      if (kind === "text") return [{ kind: "output", of: typed, expected: text }];
      if (kind !== "sh") throw new Error(`a block of ${kind || "nothing"}, which nobody types:\n${text}`);
      typed = text;
      return commandLines(text).map((command) => ({ kind: "command", command }));
    },
  );
}

/** Lines put together until bash finds nothing missing. */
function commandLines(text: string): string[] {
  const commands: string[] = [];
  let open = "";
  for (const line of text.trimEnd().split("\n")) {
    open = open === "" ? line : `${open}\n${line}`;
    if (open.endsWith("\\") || !isWhole(open)) continue;
    if (open.trim() !== "") commands.push(open);
    open = "";
  }
  if (open !== "") throw new Error(`bash finds no end of:\n${open}`);
  return commands;
}

/** Whether bash, which reads it and does not run it, finds nothing missing. */
function isWhole(text: string): boolean {
  return spawnSync("bash", ["-n"], { input: text, stdio: ["pipe", "ignore", "ignore"] }).status === 0;
}
