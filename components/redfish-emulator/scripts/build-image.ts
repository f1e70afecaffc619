/**
 * The step of `pulumi up` that builds the emulator's image and brings it to the infra node, run by image/emulator-image.ts:
 *
 *   node components/redfish-emulator/scripts/build-image.ts    (standard input: the job as JSON, see image/image-job.ts)
 *
 * Progress goes to standard error. Exit code 1 with one sentence when it failed; running it again goes on where it was.
 */
import { text } from "node:stream/consumers";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import { buildImage } from "../image/build-image.ts";
import { imageJob } from "../image/image-job.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
const say = (line: string) => process.stderr.write(`${line}\n`);
try {
  await buildImage(imageJob.parse(JSON.parse(await text(process.stdin))), { say, signal: stop.signal });
} catch (error) {
  if (!(error instanceof ImageError) && !stop.signal.aborted) throw error;
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
