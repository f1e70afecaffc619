/** `npm run init`: asks for the logins of a lab's power devices and stores them as Pulumi secrets. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { parse } from "yaml";
import { stackFileConfig } from "../components/config/stack-file.ts";
import type { Answer } from "./init/answer.ts";
import { askedAnswers, type Questions } from "./init/asked-answers.ts";
import { configPath } from "./init/credential-field.ts";
import { type HostLogin, labLogins } from "./init/lab-logins.ts";
import { loginTable } from "./init/login-table.ts";
import { passphraseEnvironment } from "./init/passphrase.ts";
import { answersFromEnvironment, answersFromJson } from "./init/scripted-answers.ts";
import { terminalQuestions } from "./init/terminal-questions.ts";
import { PulumiCli } from "./pulumi-cli.ts";

interface Options {
  readonly stack?: string;
  readonly list?: true;
  readonly fromEnv?: true;
  readonly fromStdin?: true;
}

const folder = process.cwd();
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function stackFile(stack: string): string {
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(folder, file))) {
    throw new Error(`there is no ${file}. Describe the lab first: cp Pulumi.lab.yaml ${file}, then edit it`);
  }
  return readFileSync(join(folder, file), "utf8");
}

function secretsProvider(file: string): string | undefined {
  const content: unknown = parse(file);
  const provider: unknown =
    typeof content === "object" && content !== null ? Reflect.get(content, "secretsprovider") : undefined;
  return typeof provider === "string" ? provider : undefined;
}

async function collect(
  hosts: readonly HostLogin[],
  options: Options,
  questions?: Questions,
): Promise<Answer[]> {
  if (options.fromEnv) return answersFromEnvironment(hosts, process.env);
  if (options.fromStdin) return answersFromJson(hosts, await text(process.stdin));
  if (questions !== undefined) return askedAnswers(hosts, questions);
  throw new Error(
    "there is no terminal to ask at: use --from-env or --from-stdin (see npm run init -- --help)",
  );
}

/** A pulumi that is logged in, can encrypt and has the stack. */
async function readyPulumi(stack: string, file: string, questions?: Questions): Promise<PulumiCli> {
  const login = await new PulumiCli(folder, {}).login();
  if (login === undefined) {
    throw new Error(
      "pulumi is not logged in: run `pulumi login` (or `pulumi login --local` to keep state on this machine)",
    );
  }
  const isNew = !(await new PulumiCli(folder, {}).hasStack(stack));
  const make =
    !isNew ||
    questions === undefined ||
    (await questions.confirm(`There is no stack ${stack} yet. Make it?`, true));
  if (!make) throw new Error(`without a stack there is no place for secrets: pulumi stack init ${stack}`);
  const encryption = { backend: login.url, provider: secretsProvider(file) };
  const pulumi = new PulumiCli(
    folder,
    await passphraseEnvironment(encryption, process.env, { questions, isNew, say }),
  );
  if (isNew) {
    await pulumi.makeStack(stack);
    say(`made stack ${stack} at ${login.url}`);
  }
  return pulumi;
}

async function init(options: Options): Promise<void> {
  const scripted = options.fromEnv === true || options.fromStdin === true;
  const questions = !scripted && process.stdin.isTTY ? terminalQuestions : undefined;
  const asked =
    options.stack ?? (await questions?.text("Which stack?", "lab", (value) => value !== "" || "It is empty"));
  const stack = asked ?? "lab";
  const file = stackFile(stack);
  const hosts = labLogins(stackFileConfig(file));
  if (options.list) return say(loginTable(hosts));
  // At a terminal pulumi is made ready before the questions: nobody wants to type passwords for nothing.
  const early = questions === undefined ? undefined : await readyPulumi(stack, file, questions);
  const answers = await collect(hosts, options, questions);
  const pulumi = early ?? (await readyPulumi(stack, file));
  for (const answer of answers) {
    await pulumi.setSecret(stack, configPath(answer), answer.value);
    say(`set ${configPath(answer)}`);
  }
  const now = labLogins(stackFileConfig(stackFile(stack)));
  say(`\n${loginTable(now)}`);
  const complete = now.every((host) => host.optional || (host.username && host.password));
  say(complete ? `\nNext: pulumi preview --stack ${stack}` : "\nSome are missing: run it again for those.");
}

const command = new Command("npm run init --")
  .description("Asks for the logins of a lab's power devices and stores them as Pulumi secrets.")
  .option("--stack <name>", "the lab's stack (lab if nobody can be asked)")
  .option("--list", "only show which logins are set")
  .option("--from-env", "take EDGE_LAB_<DRIVER>_USERNAME/PASSWORD and EDGE_LAB_HOST_<NAME>_USERNAME/PASSWORD")
  .option("--from-stdin", 'take JSON: {"defaults": {"amt": {"password": …}}, "hosts": {"m920q-3": {…}}}')
  .action(init);

try {
  await command.parseAsync();
} catch (error) {
  // Ctrl-C at a question is a decision, not a failure to explain.
  const cancelled = error instanceof Error && error.name === "ExitPromptError";
  const message = error instanceof Error ? error.message : "unknown failure";
  process.stderr.write(cancelled ? "\nStopped. What was set stays set.\n" : `${message}\n`);
  process.exitCode = cancelled ? 130 : 1;
}
