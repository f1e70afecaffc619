import { ImageError } from "../description/image-error.ts";
import { imageBuildAt, type PlacedBuild } from "../pipeline/image-build-at.ts";
import { isPublished } from "./is-published.ts";
import type { BuildJob, ImageJob } from "./step-jobs.ts";

export interface StepOptions {
  readonly say: (line: string) => void;
  /** Folder of this machine for logs and rendered contexts. */
  readonly local: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds an image, unless the image server has it. It needs no cluster, so it runs while the rest of a lab comes up.
 * @throws ImageError of the step that failed.
 */
export async function buildStep({ url, image }: BuildJob, options: StepOptions): Promise<void> {
  const { build } = plannedBuild(image, options);
  if (await isPublished(url, options.signal)) {
    options.say(`${image.name}: published already, nothing is built`);
    return;
  }
  const { size, sha256 } = await build.build();
  options.say(`${image.name}: built, ${Math.ceil(size / 1024 ** 2)} MiB, sha256 ${sha256}`);
}

/**
 * The build of a job, when the description is still the one that was planned.
 * @throws ImageError when it is not.
 */
export function plannedBuild({ name, image, place }: ImageJob, options: StepOptions): PlacedBuild {
  const placed = imageBuildAt(image, place, options.local, options);
  if (placed.plan.name !== name) {
    throw new ImageError(
      `${image.folder} has changed since this update was planned: it is ${placed.plan.name} now, and ${name} was asked for. ` +
        "Run pulumi up again",
    );
  }
  return placed;
}
