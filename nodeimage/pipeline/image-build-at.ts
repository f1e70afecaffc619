import { join } from "node:path";
import { type DescribedImage, describedPlan } from "../description/described-image.ts";
import { ImageError } from "../description/image-error.ts";
import type { ImagePlan } from "../description/image-plan.ts";
import { BuildHost } from "./build-host.ts";
import { ImageBuild } from "./image-build.ts";
import { StepLog } from "./step-log.ts";

/** Where and by what it is built. */
export interface BuildPlace {
  readonly engine: "podman" | "docker";
  readonly ssh?: string | undefined;
  readonly sudo: boolean;
  /** Absolute folder on the building machine. */
  readonly work: string;
}

/** A build that is ready to run, and the machine that it runs on. */
export interface PlacedBuild {
  readonly plan: ImagePlan;
  readonly build: ImageBuild;
  readonly host: BuildHost;
}

/**
 * Plans an image and makes its build ready.
 *
 * @param local folder of this machine for logs and the rendered context; each image has one in it.
 * @throws ImageError for a description or a place that is wrong.
 */
export function imageBuildAt(
  image: DescribedImage,
  place: BuildPlace,
  local: string,
  { say, signal }: { readonly say: (line: string) => void; readonly signal?: AbortSignal | undefined },
): PlacedBuild {
  const { plan, maker, rootFilesystem } = describedPlan(image);
  if (place.engine === "docker" && image.maker === "image-builder") {
    throw new ImageError(
      "image-builder reads the image from podman's storage: use podman, or the maker bootc",
    );
  }
  if (!place.work.startsWith("/")) throw new ImageError(`${place.work} is not an absolute folder`);
  const folder = join(local, plan.name);
  const host = new BuildHost(place, signal);
  const settings = {
    engine: place.engine,
    maker,
    workFolder: place.work,
    contextFolder: join(folder, "context"),
    rootFilesystem,
  };
  const log = new StepLog(join(folder, "logs"), say);
  return { plan, host, build: new ImageBuild(plan, settings, host, log) };
}
