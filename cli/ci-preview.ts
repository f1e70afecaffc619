/**
 * `npm run ci:preview`: what a pull request would do to a lab, as a Markdown comment. `npm run ci:preview -- --help` says the
 * rest.
 *
 * Exit code 0: there is a plan and no policy stops it; 5: a policy does (as pulumi's own); 1: there is no plan; 130:
 * interrupted.
 */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { interruption } from "../tools/interruption.ts";
import { resolveTools } from "../tools/resolver.ts";
import { ToolError } from "../tools/tool-error.ts";
import { previewComment } from "./ci-preview/comment.ts";
import { preview } from "./ci-preview/preview.ts";
import { PreviewError } from "./ci-preview/preview-error.ts";

interface Options {
  readonly stack: string;
  readonly configFile?: string;
  readonly state?: string;
  readonly output: string;
}

const projectFolder = fileURLToPath(new URL("..", import.meta.url));
const say = (line: string): void => console.error(`ci:preview: ${line}`);

const program = new Command("ci:preview")
  .description(
    "Previews a stack with every policy, without reaching the lab, and writes what it found as a Markdown comment. " +
      "It compares with the state of the backend that pulumi is logged in to, or with --state, or with nothing.",
  )
  .option(
    "--stack <name>",
    "the stack, with its organisation if it has one",
    process.env.PULUMI_STACK ?? "lab",
  )
  .option("--config-file <file>", "the stack's file, if it is not Pulumi.<stack>.yaml")
  .option("--state <file>", "a state that `pulumi stack export --file FILE` wrote")
  .option("--output <file>", "where the comment goes", join(".edge-lab", "ci-preview.md"))
  .addHelpText(
    "after",
    "\nAlso written to the file that GITHUB_STEP_SUMMARY names. Encrypted values are read with PULUMI_CONFIG_PASSPHRASE;\n" +
      "without it and without a state, placeholders stand for them. Exit codes: 0, 5 a policy stops it, 1 no plan.",
  )
  .action(run);

async function run(options: Options): Promise<void> {
  const name = options.stack.slice(options.stack.lastIndexOf("/") + 1);
  const configFile = options.configFile ?? join(projectFolder, `Pulumi.${name}.yaml`);
  if (!existsSync(configFile))
    throw new PreviewError(`there is no ${configFile}. Fix: --stack, or --config-file`);
  const tools = await resolveTools(
    ["pulumi", "pulumi-language-nodejs", "pulumi-resource-kubernetes", "pulumi-resource-command"],
    { signal: interruption() },
  );
  const { plan, context } = await preview({
    projectFolder,
    stack: options.stack,
    configFile,
    stateFile: options.state,
    tools,
    environment: process.env,
    say,
  });
  const comment = previewComment(plan, context);
  const output = resolve(options.output);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, comment);
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary) appendFileSync(summary, comment);
  process.stdout.write(comment);
  say(`written to ${options.output}`);
  if (context.failed) process.exitCode = 1;
  else if (plan.findings.some(({ stops }) => stops)) process.exitCode = 5;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof PreviewError) && !(error instanceof ToolError)) throw error;
  console.error(`edge-lab: ${error.message}`);
  process.exitCode = error instanceof ToolError && error.code === "interrupted" ? 130 : 1;
}
