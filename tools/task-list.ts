import { Listr, ListrLogger, type ListrRendererValue, ProcessOutput } from "listr2";

export type Renderer = "default" | "simple" | "verbose" | "silent";

export interface LongTask {
  readonly title: string;
  readonly run: (onProgress: (line: string) => void) => Promise<void>;
}

/** A line that changes in place may change often; lines that pile up in a log must be few. */
const logInterval = 15_000;

/**
 * Runs long tasks one after the other (each uses the whole machine) and shows them on standard error: standard output
 * belongs to what was asked for. In a terminal the current line changes in place, elsewhere one line comes now and then.
 *
 * A failed task does not stop the others, since what they make is kept; the caller looks at what is missing.
 */
export async function runTasks(tasks: readonly LongTask[], renderer?: Renderer): Promise<void> {
  if (tasks.length === 0) return;
  const terminal = process.stderr.isTTY === true && process.stdout.isTTY === true;
  const chosen = renderer ?? (terminal ? "default" : "verbose");
  const logger = new ListrLogger({
    useIcons: chosen === "default",
    processOutput: new ProcessOutput(process.stderr, process.stderr),
  });
  const list = new Listr<undefined, ListrRendererValue, ListrRendererValue>(
    tasks.map(({ title, run }) => ({
      title,
      task: async (_context, task) => {
        await run(
          throttled(chosen === "default" ? 0 : logInterval, (line) => {
            task.output = line;
          }),
        );
      },
    })),
    {
      concurrent: false,
      exitOnError: false,
      collectErrors: false,
      // Interrupts reach the tasks through their AbortSignal, so that children end before we do.
      registerSignalListeners: false,
      renderer: chosen,
      rendererOptions: { logger, collapseErrors: true, showErrorMessage: false },
    },
  );
  await list.run();
}

function throttled(milliseconds: number, write: (line: string) => void): (line: string) => void {
  let last = Date.now();
  return (line) => {
    if (Date.now() - last < milliseconds) return;
    last = Date.now();
    write(line);
  };
}
