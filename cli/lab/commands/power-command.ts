import { confirm } from "@inquirer/prompts";
import { Argument, Command } from "commander";
import { LabError } from "../lab-error.ts";
import { type PowerAction, powerActions, switchPower } from "../power.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface PowerCommandOptions {
  readonly soft?: true;
  readonly hold?: true;
  readonly yes?: true;
}

/** `lab power` */
export function powerCommand({ open, note }: CommandContext): Command {
  return new Command("power")
    .description("switches a host by its device, through the emulator, and waits until it has followed")
    .argument("<host>", "its name")
    .addArgument(new Argument("<action>", "what to do").choices(powerActions))
    .option("--soft", "let the operating system end by itself; not every device can")
    .option("--hold", "have Metal3 want it so too (spec.online), else it switches back within minutes")
    .option("-y, --yes", "do not ask before something that is in use is switched off")
    .addHelpText("after", examples("lab power optiplex-2 restart", "lab power m920q-1 off --hold --yes"))
    .action(async (host: string, action: PowerAction, { soft, hold, yes }: PowerCommandOptions) => {
      const done = await switchPower(await open(), host, action, {
        soft: soft === true,
        hold: hold === true,
        confirm: async (message) => {
          if (yes) return true;
          if (process.stdin.isTTY) return confirm({ message, default: false });
          throw new LabError(message, "Nobody is there to ask: say --yes");
        },
        say: note,
      });
      if (!done) process.exitCode = 1;
    });
}
