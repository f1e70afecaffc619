/**
 * Measures how long a lab takes and where the time goes, and writes docs/bench-flight.md. `npm run bench:flight -- [CASE...]`
 *
 * Exit code 0 when all were measured, 1 when one failed (the others are measured all the same), 2 when there is no such case, 130
 * when interrupted. Each lab is taken down.
 */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import type { BenchCase } from "./bench-case.ts";
import { caseTable, chosenCases } from "./case-table.ts";
import { page } from "./page.ts";
import { ResultStore } from "./result-store.ts";
import { runCase } from "./run-case.ts";

const here = dirname(fileURLToPath(import.meta.url));
const document = join(here, "..", "..", "docs", "bench-flight.md");
const store = new ResultStore(join(here, "results"));
const say = (line: string): void => console.log(line);
const writePage = (): void => writeFileSync(document, page(caseTable, store.read()));

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupt.abort(new Error("Interrupted.")));
}

/** Returns whether all were measured. */
async function measure(cases: readonly BenchCase[]): Promise<boolean> {
  let passed = true;
  for (const bench of cases) {
    say(`\n== ${bench.id}: ${bench.title} (given up after ${bench.limitMinutes} minutes)`);
    try {
      const result = await runCase(bench, { say, signal: interrupt.signal });
      store.write(result);
      writePage();
      say(`${bench.id}: ${result.seconds.toFixed(0)} s`);
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
      passed = false;
      if (interrupt.signal.aborted) break;
    }
  }
  return passed;
}

const program = new Command("bench:flight")
  .description(
    "Measures a lab's ways, case by case, each in a lab of its own, and writes docs/bench-flight.md.",
  )
  .argument("[case...]", "which; all if left out")
  .option("--list", "what cases there are")
  .option("--page", "only writes the page anew, out of bench/flight/results/")
  .action(async (asked: string[], { list, page: only }: { list?: true; page?: true }) => {
    if (list) {
      for (const { id, title, limitMinutes } of caseTable)
        say(`${id.padEnd(16)}${title} (${limitMinutes} minutes at most)`);
      return;
    }
    if (only) return writePage();
    let cases: readonly BenchCase[];
    try {
      cases = chosenCases(asked);
    } catch (error) {
      console.error((error as Error).message);
      process.exitCode = 2;
      return;
    }
    const passed = await measure(cases);
    process.exitCode = interrupt.signal.aborted ? 130 : passed ? 0 : 1;
  });

await program.parseAsync();
