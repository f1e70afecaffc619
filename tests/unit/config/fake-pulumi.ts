/**
 * Stands for the pulumi command in tests of `npm run init`: writes down how it was called, keeps its stacks in a file and
 * sets "encrypted" values in the stack file. FAKE_PULUMI is its state folder; FAKE_FAIL is a config path that it refuses.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

const state = process.env.FAKE_PULUMI ?? "";
const args = process.argv.slice(2);
const stdin = readFileSync(0, "utf8");
const stacksFile = join(state, "stacks.json");
const stacks = existsSync(stacksFile) ? (JSON.parse(readFileSync(stacksFile, "utf8")) as string[]) : [];
const passphrase = process.env.PULUMI_CONFIG_PASSPHRASE;
appendFileSync(join(state, "calls.jsonl"), `${JSON.stringify({ args, stdin, passphrase })}\n`);

function fail(message: string): never {
  process.stderr.write(`error: ${message}\n`);
  process.exit(255);
}

const verb = args.slice(0, 2).join(" ");
if (verb === "whoami --json") {
  if (!existsSync(join(state, "login.json"))) fail("PULUMI_ACCESS_TOKEN must be set for login");
  process.stdout.write(readFileSync(join(state, "login.json"), "utf8"));
} else if (verb === "stack ls") {
  process.stdout.write(JSON.stringify(stacks.map((name) => ({ name, current: false }))));
} else if (verb === "stack init") {
  writeFileSync(stacksFile, JSON.stringify([...stacks, args[2]]));
} else if (verb === "config set") {
  const stack = args[args.indexOf("--stack") + 1] ?? "";
  const path = args[args.indexOf("--path") + 1] ?? "";
  if (path === process.env.FAKE_FAIL) fail(`cannot encrypt ${stdin}`);
  const file = `Pulumi.${stack}.yaml`;
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["config", ...path.split(".")], { secure: `v1:${stdin.length}` });
  writeFileSync(file, document.toString());
} else {
  fail(`unexpected call: ${args.join(" ")}`);
}
