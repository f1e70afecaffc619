import type { ImageVarsOverride } from "../../components/config/image-vars.ts";
import { type BuildContext, buildContext } from "./build-context.ts";
import type { ImageDescription } from "./image-description.ts";
import { type DiskSettings, type ImageInputs, imageInputs, inputHash } from "./image-inputs.ts";
import { imageName } from "./image-name.ts";
import { mergedVars } from "./merged-vars.ts";

/** What is wanted: one image of a description. */
export interface ImageRequest {
  /** vMAJOR.MINOR.PATCH. */
  readonly kubernetesVersion: string;
  /** Reference of the base image, by digest where one is known. */
  readonly baseImage: string;
  /** What differs from the description's variables, the last winning. */
  readonly vars: readonly ImageVarsOverride[];
  readonly disk: DiskSettings;
}

/** An image as it will be, known without building anything. */
export interface ImagePlan {
  /** File name. */
  readonly name: string;
  /** sha256 of the inputs. */
  readonly hash: string;
  readonly inputs: ImageInputs;
  readonly context: BuildContext;
  readonly request: ImageRequest;
}

/**
 * Plans an image: renders it and names it. Pure.
 * @throws ImageError as buildContext does.
 */
export function imagePlan(description: ImageDescription, request: ImageRequest): ImagePlan {
  const { kubernetesVersion, baseImage, disk } = request;
  const vars = mergedVars(description.vars, ...request.vars);
  const context = buildContext(description, { kubernetesVersion, baseImage, vars });
  const inputs = imageInputs(context, disk);
  const hash = inputHash(inputs);
  return { name: imageName(kubernetesVersion, hash, disk.format), hash, inputs, context, request };
}
