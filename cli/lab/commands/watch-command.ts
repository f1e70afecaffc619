import { Command, Option } from "commander";
import { LabError } from "../lab-error.ts";
import { watchLab } from "../watch.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";
import { positiveNumber } from "./positive-number.ts";

interface WatchCommandOptions {
  readonly interval: number;
  readonly until?: "settled";
  readonly timeout?: number;
}

/** `lab watch` */
export function watchCommand({ open, note }: CommandContext): Command {
  return new Command("watch")
    .description("a line for each change of hosts, machines and clusters, until Ctrl-C")
    .option("-i, --interval <seconds>", "between two looks", positiveNumber, 5)
    .addOption(
      new Option("--until <what>", "end, with exit code 0, when every cluster is settled").choices([
        "settled",
      ]),
    )
    .option("--timeout <minutes>", "end, with exit code 1, after so long", positiveNumber)
    .addHelpText("after", examples("lab watch", "pulumi up && lab watch --until settled --timeout 60"))
    .action(async ({ interval, until, timeout }: WatchCommandOptions) => {
      const lab = await open();
      const clusters = lab.config.clusters.map(({ name }) => name);
      if (until !== undefined && clusters.length === 0) {
        throw new LabError(`stack ${lab.stack} declares no cluster to settle`, "See edge-lab:clusters");
      }
      const interrupt = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
      const end = await watchLab({
        api: lab.infra(),
        clusters,
        intervalSeconds: interval,
        ...(until === undefined ? {} : { until }),
        ...(timeout === undefined ? {} : { timeOutMinutes: timeout }),
        signal: interrupt.signal,
        say: (line) => console.log(line),
      });
      if (end === "timed-out") note(`not ${until ?? "ended"} after ${timeout} minutes`);
      process.exitCode = { settled: 0, "timed-out": 1, interrupted: 130 }[end];
    });
}
