/**
 * The sim's `pulumi` command: the real CLI, and afterwards the tracked stack files are as they were (stack-file.ts).
 * Called by the small script `bin/pulumi` in the sim's state folder, first on the PATH that `sim env` prints.
 *
 * Usage: node sim/pulumi/command.ts REAL_PULUMI STATE_DIR [arguments of pulumi ...]
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { trackedStacks } from "./pulumi-workspace.ts";
import { keepStackFile } from "./stack-file.ts";

const projectDir = join(import.meta.dirname, "..", "..");
const [pulumi, stateDir, ...args] = process.argv.slice(2);
if (!pulumi || !stateDir)
  throw new Error("usage: node sim/pulumi/command.ts PULUMI STATE_DIR [arguments ...]");

function keep(): void {
  for (const stack of trackedStacks) {
    const name = `Pulumi.${stack}.yaml`;
    keepStackFile(join(projectDir, name), join(stateDir ?? "", "stack-files", name));
  }
}

keep();
const child = spawn(pulumi, args, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to both of us; a second one would make Pulumi give up its orderly end.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("error", (error) => {
  console.error(`${pulumi}: ${error.message}`);
  process.exitCode = 127;
});
child.on("close", (code, signal) => {
  keep();
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
});
