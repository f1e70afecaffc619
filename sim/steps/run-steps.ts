import { Listr, type ListrRendererValue } from "listr2";

/** One step of `up`. */
export interface Step {
  readonly title: string;
  /** Does the step and returns how it went, in a few words; `progress` tells what it is at. */
  readonly run: (progress: (line: string) => void) => Promise<string>;
}

/**
 * Runs the steps one after the other and shows them: lines that change in place in a terminal, plain lines elsewhere.
 * @throws whatever a step throws, and the signal's reason when aborted between two.
 */
export async function runSteps(steps: readonly Step[], signal: AbortSignal): Promise<void> {
  const list = new Listr<undefined, ListrRendererValue, ListrRendererValue>(
    steps.map(({ title, run }) => ({
      title,
      task: async (_context, task) => {
        signal.throwIfAborted();
        const outcome = await run((line) => {
          task.output = line;
        });
        task.title = `${title}: ${outcome}`;
      },
    })),
    {
      concurrent: false,
      // Interrupts reach the steps through the signal, so that children end before we do.
      registerSignalListeners: false,
      renderer: process.stdout.isTTY ? "default" : "simple",
      // The caller says what went wrong, once.
      rendererOptions: { showErrorMessage: false, collapseErrors: false },
    },
  );
  await list.run();
}
