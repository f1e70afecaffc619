import type { Command } from "./cloud-config.ts";

/**
 * The one script that cloud-init makes of runcmd or bootcmd: commands after each other in one shell, whether or not the
 * one before failed; the last one's exit code is the script's. A text is taken as it stands, a list is a command with
 * its arguments (cloudinit/util.py shellify).
 */
export function shellScript(commands: readonly Command[]): string {
  const lines = commands.map((command) =>
    typeof command === "string" ? command : command.map(quoted).join(" "),
  );
  return `#!/bin/sh\n${lines.join("\n")}\n`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
