import { Command } from "commander";
import { hostsReport, hostsText } from "../hosts.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

/** `lab hosts` */
export function hostsCommand({ open }: CommandContext): Command {
  return new Command("hosts")
    .description("every host: power, state, who uses it, what is wrong with it")
    .option("--json", "for programs")
    .addHelpText("after", examples("lab hosts", "lab hosts --json | jq '.hosts[] | select(.error)'"))
    .action(async ({ json }: { json?: true }) => {
      const report = await hostsReport(await open());
      console.log(json ? JSON.stringify(report, null, 2) : hostsText(report));
    });
}
