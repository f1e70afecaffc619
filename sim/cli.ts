/**
 * The embedded lab: `npm start` is `node sim/cli.ts up`, `npm stop` is `down`, and `npm run sim -- COMMAND` all of them.
 * Exit code 0; 1 with a message on standard error when something is in the way; 130 when interrupted.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { down } from "./commands/down.ts";
import { env } from "./commands/env.ts";
import { logs } from "./commands/logs.ts";
import { newNode } from "./commands/new-node.ts";
import { status, statusText } from "./commands/status.ts";
import { up } from "./commands/up.ts";
import { type SimOptions, type SimSettings, simSettings } from "./settings.ts";

const interrupt = new AbortController();
for (const [signal, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
  process.on(signal, () => {
    process.exitCode = code;
    interrupt.abort();
  });
}

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1024 && value <= 65_530) return value;
  throw new InvalidArgumentError("give a port between 1024 and 65530; it and the next five are used.");
}

const program = new Command("sim")
  .description("The embedded lab: a real control plane, simulated devices and the real Pulumi program.")
  .option("--state-dir <folder>", "another sim beside the default one: where it keeps everything")
  .option("--stack <name>", "another sim: its Pulumi stack")
  .option("--config <file>", "another sim: its stack file")
  .option("--first-port <port>", "another sim: first of the control plane's six ports on 127.0.0.1", port);

const settings = (): SimSettings => simSettings(program.opts<SimOptions>());

program
  .command("up")
  .description("bring it up, or repair it, and leave it running; changes nothing when all is well")
  .addOption(
    new Option(
      "--stop-at <state>",
      "end when the first machine's image is written; quick, and needs no root",
    ).choices(["provisioned"]),
  )
  .action(({ stopAt }: { stopAt?: "provisioned" }) => up(settings(), { signal: interrupt.signal, stopAt }));
program
  .command("status")
  .description("what runs, where, and what each device was asked")
  .option("--json", "for programs")
  .action(async ({ json }: { json?: true }) => {
    const sim = await status(settings());
    console.log(json ? JSON.stringify(sim, null, 2) : statusText(sim));
  });
program
  .command("env")
  .description('shell exports: eval "$(npm run -s sim -- env)"')
  .action(async () => console.log(await env(settings(), interrupt.signal)));
program
  .command("logs")
  .description("the output of one process, or of all")
  .argument("[name]", "a name that `status` shows, or pulumi")
  .option("-f, --follow", "go on printing as it grows")
  .option("-n, --lines <count>", "how many lines to begin with", "50")
  .action(async (name: string | undefined, options: { follow?: true; lines: string }) => {
    const lines = Number.parseInt(options.lines, 10);
    const code = await logs(settings(), name, {
      follow: options.follow ?? false,
      lines: Number.isNaN(lines) ? 50 : lines,
    });
    process.exitCode ??= code;
  });
program
  .command("new-node")
  .description("lose the infra node and put a bare one in its place; machines run on: for lab restore")
  .action(async () => {
    const ended = await newNode(settings(), interrupt.signal);
    console.log(
      `Lost: ${ended.join(", ") || "nothing"}. The new node knows nothing of the lab; do not run npm start before lab restore.`,
    );
  });
program
  .command("down")
  .description("end every process of it; what was declared is kept for the next up")
  .option("--purge", "forget everything: the next up begins anew")
  .action(async ({ purge }: { purge?: true }) => {
    const ended = await down(settings(), purge ?? false, interrupt.signal);
    const kept = purge
      ? "Its state was removed."
      : "Its state is kept; npm start resumes, `down --purge` forgets it.";
    console.log(ended.length > 0 ? `Ended ${ended.join(", ")}. ${kept}` : `Nothing was running. ${kept}`);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (interrupt.signal.aborted) {
    console.error("\nInterrupted. What was started keeps running: npm start continues, npm stop ends it.");
  } else {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
