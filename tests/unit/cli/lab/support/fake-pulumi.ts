/**
 * Stands for the pulumi command in tests of `lab`: answers out of files in FAKE_PULUMI. stacks.json: as `pulumi stack ls
 * --json`; outputs.json; config.json: as `pulumi config --json`; state.json: as `pulumi stack export`; what is imported is
 * imported.json afterwards; preview.json. error.txt, if there, is what every command with a stack fails with.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.FAKE_PULUMI ?? "";
const args = process.argv.slice(2);

function answer(file: string): void {
  const path = join(folder, file);
  process.stdout.write(existsSync(path) ? readFileSync(path, "utf8") : "{}");
}

const error = join(folder, "error.txt");
if (args[0] === "stack" && args[1] === "ls") answer("stacks.json");
else if (existsSync(error)) {
  process.stderr.write(`error: ${readFileSync(error, "utf8")}\n`);
  process.exitCode = 255;
} else if (args[0] === "stack" && args[1] === "output") answer("outputs.json");
else if (args[0] === "stack" && args[1] === "export") answer("state.json");
else if (args[0] === "stack" && args[1] === "import") {
  writeFileSync(join(folder, "imported.json"), readFileSync(process.stdin.fd));
} else if (args[0] === "stack" && args[1] === "init") process.stdout.write("");
else if (args[0] === "preview") answer("preview.json");
else if (args[0] === "config") answer("config.json");
else throw new Error(`unexpected call: ${args.join(" ")}`);
