/**
 * `npm run ironic-check [-- --own | --sim] [--client sushy|ironic]`: Ironic's own clients against the emulator. Prints a table of all checks and
 * ends with `N passed, N failed`; exit code 1 when one failed or when the checks could not be made.
 *
 * Without an option the sim's emulator is checked if the sim is up and none of its machines runs; else, and with --own,
 * an emulator with simulated devices of its own.
 */
import { Command, Option } from "commander";
import type { CheckResult } from "./check-results.ts";
import { chooseTarget } from "./choose-target.ts";
import { CLIENTS, type ClientName, IronicCheck } from "./ironic-check.ts";
import { resultTable } from "./result-table.ts";

interface Options {
  readonly sim?: true;
  readonly own?: true;
  readonly client?: ClientName;
}

const options = new Command("ironic-check")
  .description("Ironic's own clients (PyPI) against the Redfish emulator. Switches machines on and off.")
  .option("--sim", "the sim's emulator, whatever its machines do")
  .option("--own", "an emulator with simulated devices of its own, beside any sim")
  .addOption(new Option("--client <name>", "only this one").choices(CLIENTS))
  .parse()
  .opts<Options>();

async function main({ sim, own, client }: Options): Promise<void> {
  const check = await IronicCheck.prepare(client && [client]);
  const { target, stop } = await chooseTarget({ ...(sim && { sim }), ...(own && { own }) });
  const results: CheckResult[] = [];
  try {
    console.log(`Checking ${target.what}; machines are switched on and off, and are off at the end.\n`);
    await check.run(target, (result) => results.push(result));
  } finally {
    await stop();
    if (results.length > 0) console.log(resultTable(results));
  }
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && results.length > 0 ? 0 : 1;
}

main(options).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
