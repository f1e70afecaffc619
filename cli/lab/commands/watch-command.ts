import { Command, Option } from "commander";
import { finishedSteps, type Look } from "../finished-steps.ts";
import { LabError } from "../lab-error.ts";
import { StepHistory } from "../step-history.ts";
import { type LabObjects, watchLab } from "../watch.ts";
import { WatchScreen } from "../watch-screen.ts";
import { objects } from "../why/objects.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";
import { positiveNumber } from "./positive-number.ts";

interface WatchCommandOptions {
  readonly interval: number;
  readonly until?: "settled";
  readonly timeout?: number;
  readonly plain?: true;
  readonly json?: true;
}

/** `lab watch` */
export function watchCommand({ open, note }: CommandContext): Command {
  return new Command("watch")
    .description("the lab as it changes, until Ctrl-C: a picture in a terminal, else a line for each change")
    .option("-i, --interval <seconds>", "between two looks", positiveNumber, 5)
    .addOption(
      new Option("--until <what>", "end, with exit code 0, when every cluster is settled").choices([
        "settled",
      ]),
    )
    .option("--timeout <minutes>", "end, with exit code 1, after so long", positiveNumber)
    .option("--plain", "lines in a terminal too")
    .addOption(new Option("--json", "each line an object, for programs").conflicts("plain"))
    .addHelpText("after", examples("lab watch", "pulumi up && lab watch --until settled --timeout 60"))
    .action(async ({ interval, until, timeout, plain, json }: WatchCommandOptions) => {
      const lab = await open();
      const clusters = lab.config.clusters.map(({ name }) => name);
      if (until !== undefined && clusters.length === 0) {
        throw new LabError(`stack ${lab.stack} declares no cluster to settle`, "See edge-lab:clusters");
      }
      const interrupt = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
      const history = await StepHistory.open(lab.folder, lab.stack);
      const isScreen = process.stdout.isTTY && !plain && !json;
      const screen = isScreen ? new WatchScreen(process.stdout, history) : undefined;
      const remember = remembering(history, note);
      const end = await watchLab({
        api: lab.infra(),
        clusters,
        intervalSeconds: interval,
        ...(until === undefined ? {} : { until }),
        ...(timeout === undefined ? {} : { timeOutMinutes: timeout }),
        signal: interrupt.signal,
        form: json ? "json" : "plain",
        say: (line) => (screen === undefined ? console.log(line) : screen.say(line)),
        looked: async (look) => {
          await remember(look);
          screen?.draw(look);
        },
        away: (reason) => screen?.away(reason),
      }).finally(() => screen?.end());
      if (end === "timed-out") note(`not ${until ?? "ended"} after ${timeout} minutes`);
      process.exitCode = { settled: 0, "timed-out": 1, interrupted: 130 }[end];
    });
}

/** Keeps how long things took. A history that cannot be written is told of once and missed by nobody. */
function remembering(
  history: StepHistory,
  note: (line: string) => void,
): (look: LabObjects) => Promise<void> {
  let before: Look | undefined;
  let failed = false;
  return async ({ hosts, machines }) => {
    const after: Look = {
      at: Date.now(),
      hosts: hosts.map((item) => objects.host.parse(item)),
      machines: machines.map((item) => objects.machine.parse(item)),
    };
    const finished = finishedSteps(before, after);
    before = after;
    try {
      await history.add(finished);
    } catch (error) {
      if (!failed)
        note(`how long things take is not kept: ${error instanceof Error ? error.message : error}`);
      failed = true;
    }
  };
}
