import { Command } from "commander";
import { doctor, doctorText } from "../doctor.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

/** `lab doctor` */
export function doctorCommand({ options }: CommandContext): Command {
  return new Command("doctor")
    .description("checks configuration, infra cluster, controllers, Ironic, emulator, devices, clusters")
    .option("--json", "for programs")
    .addHelpText("after", examples("lab doctor"))
    .action(async ({ json }: { json?: true }) => {
      const report = await doctor(options());
      console.log(json ? JSON.stringify(report, null, 2) : doctorText(report));
      if (report.some(({ status }) => status === "fail")) process.exitCode = 1;
    });
}
