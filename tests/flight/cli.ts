/**
 * Flies stories of a lab's life: real controllers and Ironic, simulated machines. `npm run flight -- STORY...`
 *
 * Exit code 0 when all passed, 1 at the first difference, 2 when it is not clear what to fly, 130 when interrupted.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { rackShape, smallShape } from "./lab/flight-shape.ts";
import type { LegReport } from "./report/flight-report.ts";
import { reportHtml } from "./report/report-html.ts";
import { FlightLeg } from "./runner/flight-leg.ts";
import { type Leg, planFlight } from "./runner/plan.ts";
import { storyTable } from "./stories/story-table.ts";

interface FlightOptions {
  readonly keep?: true;
  readonly fromRunning?: true;
  readonly report: string;
  readonly size: readonly [controlPlanes: number, workers: number];
}

function size(text: string): [number, number] {
  const [, controlPlanes, workers] = /^([135])\+(\d)$/.exec(text) ?? [];
  if (controlPlanes === undefined)
    throw new InvalidArgumentError("give CONTROL_PLANES+WORKERS, such as 3+1.");
  return [Number(controlPlanes), Number(workers)];
}

const say = (line: string): void => console.log(line);

/** Returns whether all passed. The report is written whatever happens, and after each story anew. */
async function fly(legs: readonly Leg[], options: FlightOptions): Promise<boolean> {
  const { keep = false, fromRunning: resume = false, report } = options;
  const done: LegReport[] = [];
  const write = (current: FlightLeg): void => {
    const title = `Flight of ${legs.flatMap(({ stories }) => stories.map(({ id }) => id)).join(", ")}`;
    mkdirSync(dirname(resolve(report)), { recursive: true });
    writeFileSync(report, reportHtml({ title, legs: [...done, current.report()] }));
  };
  for (const { lab, stories } of legs) {
    const shape = lab === "rack" ? rackShape(...options.size) : smallShape;
    const leg = FlightLeg.in(shape, { say, keep, resume });
    const interrupted = (): void => {
      say("\nInterrupted.");
      // What runs now has got the signal, too, or is ended with the lab.
      leg.close().finally(() => process.exit(130));
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupted);
    let failure: { what: string; expected: string; actual: string; logs: string } | undefined;
    try {
      for (const story of stories) {
        say(`\n== ${story.id}. ${story.title}`);
        ({ failure } = await leg.fly(story));
        write(leg);
        if (failure) break;
      }
    } finally {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupted);
      await leg.close();
      write(leg);
    }
    if (failure) {
      say(
        `\n${failure.what}\n  expected: ${failure.expected}\n  actual:   ${failure.actual}\n  logs:     ${failure.logs}`,
      );
      return false;
    }
    done.push(leg.report());
  }
  return true;
}

function list(): void {
  for (const { id, title, lab, commands } of storyTable) {
    say(`${id.padEnd(8)}${title}  (lab ${lab})`);
    for (const command of commands) say(`            ${command}`);
  }
}

const program = new Command("flight")
  .description("Takes a simulated lab through stories of its life and shows what happened.")
  .argument("<story...>", "letters of stories; all; list")
  .option("--keep", "leave the last lab running, for a look at it or for --from-running")
  .option("--from-running", "begin with the lab that --keep left, instead of a new one")
  .option("--report <file>", "where the HTML report goes", ".edge-lab/flight/report.html")
  .option("--size <size>", "of the lab of the stories without spare hosts", size, [3, 3])
  .action(async (asked: string[], options: FlightOptions) => {
    if (asked.includes("list")) return list();
    let legs: Leg[];
    try {
      legs = planFlight(asked, storyTable);
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 2;
      return;
    }
    const passed = await fly(legs, options);
    say(`\n${passed ? "All stories passed." : "A story failed."} Report: ${resolve(options.report)}`);
    process.exitCode = passed ? 0 : 1;
  });

await program.parseAsync();
