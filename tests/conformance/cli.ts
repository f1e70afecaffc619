/**
 * `SCHEMA_DIR=… PROFILE=… npm run conformance [-- --own | --sim] [--tool service|interop|protocol|use-cases]`: DMTF's public
 * tools against the emulator. Prints what they complain about and their own counts, and ends with `N passed, N failed`; exit
 * code 1 when one failed. A tool whose schemas are not there is skipped and said to be.
 */
import { Command, Option } from "commander";
import type { CheckResult } from "../ironic-check/check-results.ts";
import { chooseTarget } from "../ironic-check/choose-target.ts";
import { resultTable } from "../ironic-check/result-table.ts";
import { Conformance, type ConformanceOptions, TOOLS, type ToolName } from "./conformance.ts";
import { knownFacts } from "./known-facts.ts";

interface Options {
  readonly sim?: true;
  readonly own?: true;
  readonly tool?: ToolName;
}

const options = new Command("conformance")
  .description("DMTF's public validators (PyPI) against the Redfish emulator. Switches machines on and off.")
  .option("--sim", "the sim's emulator, whatever its machines do")
  .option("--own", "an emulator with simulated devices of its own, beside any sim")
  .addOption(new Option("--tool <name>", "only this one").choices(TOOLS))
  .parse()
  .opts<Options>();

async function main({ tool, ...where }: Options): Promise<void> {
  const found: ConformanceOptions = { schemas: process.env.SCHEMA_DIR, profile: process.env.PROFILE };
  const wanted = tool ? [tool] : TOOLS;
  const conformance = await Conformance.prepare(found);
  const { target, stop } = await chooseTarget(where, { network: "127.31.3", facts: knownFacts });
  const results: CheckResult[] = [];
  const skipped: string[] = [];
  try {
    console.log(`Checking ${target.what}; machines are switched on and off.\n`);
    for (const name of wanted) {
      const missing = Conformance.missing(name, found);
      if (missing === undefined) await conformance.run(name, target, (result) => results.push(result));
      else skipped.push(`${name} was skipped: ${missing}.`);
    }
  } finally {
    await stop();
    console.log(resultTable(results));
    for (const line of skipped) console.log(`\n${line}`);
  }
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main(options).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
