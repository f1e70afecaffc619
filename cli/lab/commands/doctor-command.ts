import { Command } from "commander";
import { doctor, doctorText } from "../doctor.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

const exitCodes = "Exit codes: 0 nothing failed; 1 something did, or it is not clear which lab is meant.";

/** `lab doctor` */
export function doctorCommand({ options }: CommandContext): Command {
  return new Command("doctor")
    .description(
      "checks configuration, infra cluster, network, controllers, Ironic, emulator, devices, clusters",
    )
    .option("--preflight", "what has to be right before pulumi up, alone: there need be no lab yet")
    .option("--json", "for programs")
    .addHelpText("after", `${examples("lab doctor", "sudo lab doctor --preflight")}\n${exitCodes}\n`)
    .action(async ({ json, preflight }: { json?: true; preflight?: true }) => {
      const report = await doctor(options(), preflight ? "preflight" : "everything");
      console.log(json ? JSON.stringify(report, null, 2) : doctorText(report));
      if (report.some(({ status }) => status === "fail")) process.exitCode = 1;
    });
}
