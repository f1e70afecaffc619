/**
 * One step of `pulumi up` for node images, run by components/node-image:
 *
 *   node nodeimage/steps/cli.ts build|publish    (standard input: the job as JSON, see step-jobs.ts)
 *
 * Progress goes to standard error, the whole output of every program to .edge-lab/node-images/NAME/logs. Exit code 1 with one
 * sentence when it failed; running it again goes on where it was.
 */
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ImageError } from "../description/image-error.ts";
import { buildStep, type StepOptions } from "./build-step.ts";
import { publishStep } from "./publish-step.ts";
import { SparseLines } from "./sparse-lines.ts";
import { buildJob, publishJob } from "./step-jobs.ts";

const lines = new SparseLines((line) => process.stderr.write(`${line}\n`));
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
const options: StepOptions = {
  say: (line) => lines.add(line),
  local: join(import.meta.dirname, "../..", ".edge-lab", "node-images"),
  signal: stop.signal,
};

const [step] = process.argv.slice(2);
try {
  const job: unknown = JSON.parse(await text(process.stdin));
  if (step === "build") await buildStep(buildJob.parse(job), options);
  else if (step === "publish") await publishStep(publishJob.parse(job), options);
  else throw new Error("usage: node nodeimage/steps/cli.ts build|publish");
} catch (error) {
  if (!(error instanceof ImageError) && !stop.signal.aborted) throw error;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
