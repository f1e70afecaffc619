import { Command } from "commander";
import { labLogs } from "../logs.ts";
import type { CommandContext } from "./command-context.ts";
import { duration } from "./duration.ts";
import { examples } from "./examples.ts";
import { positiveNumber } from "./positive-number.ts";

interface LogsCommandOptions {
  readonly follow?: true;
  readonly since?: number;
  readonly lines: number;
}

/** `lab logs` */
export function logsCommand({ open, note }: CommandContext): Command {
  return new Command("logs")
    .description("what controllers, Ironic or the emulator say; of a host, the lines that name it")
    .argument("<name>", "ironic, bmo, capi, emulator or a host's name")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("--since <time>", "from so long ago, as in 90s, 10m, 2h, 1d", duration)
    .option("-n, --lines <number>", "of each pod without --since", positiveNumber, 200)
    .addHelpText("after", examples("lab logs bmo --follow", "lab logs optiplex-2 --since 30m"))
    .action(async (name: string, { follow, since, lines }: LogsCommandOptions) => {
      const interrupt = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
      await labLogs(await open(), name, {
        follow: follow === true,
        ...(since === undefined ? {} : { since }),
        lines,
        signal: interrupt.signal,
        say: (line) => console.log(line),
        note,
      });
      if (interrupt.signal.aborted) process.exitCode = 130;
    });
}
