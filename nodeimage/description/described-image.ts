import type { ImageVarsOverride } from "../../components/config/image-vars.ts";
import { images } from "../../components/versions.ts";
import { chosenMaker } from "../makers/chosen-maker.ts";
import type { DiskMaker } from "../makers/disk-maker.ts";
import { sizeInBytes } from "../pipeline/size-in-bytes.ts";
import { readDescription } from "./image-description.ts";
import { ImageError } from "./image-error.ts";
import { type ImagePlan, imagePlan } from "./image-plan.ts";
import { mergedVars } from "./merged-vars.ts";

/** Which image: everything that decides its name. */
export interface DescribedImage {
  /** vMAJOR.MINOR.PATCH */
  readonly kubernetes: string;
  readonly folder: string;
  /** The one of components/versions.ts if left out. */
  readonly baseImage?: string | undefined;
  /** bootc, image-builder, or the path of a program. */
  readonly maker: string;
  /** Image of image-builder; the one of components/versions.ts if left out. */
  readonly builder?: string | undefined;
  readonly format: "raw" | "qcow2";
  /** In Kubernetes' notation. */
  readonly size: string;
  /** What differs from the description's variables. */
  readonly vars?: ImageVarsOverride | undefined;
}

export interface PlannedDescription {
  readonly plan: ImagePlan;
  readonly maker: DiskMaker;
  readonly rootFilesystem: string;
}

/**
 * Reads a description and plans an image of it, without building anything.
 * @throws ImageError for whatever is wrong with it.
 */
export function describedPlan(image: DescribedImage): PlannedDescription {
  const { kubernetes, folder, baseImage, format, vars = {} } = image;
  if (!/^v\d+\.\d+\.\d+$/.test(kubernetes)) {
    throw new ImageError(`${kubernetes} is not a full Kubernetes version: write it as v1.34.3`);
  }
  if (format !== "raw" && format !== "qcow2")
    throw new ImageError(`${String(format)} is no format: raw or qcow2`);
  const description = readDescription(folder);
  const maker = chosenMaker(image.maker, image.builder ?? pinnedReference("image-builder"));
  const plan = imagePlan(description, {
    kubernetesVersion: kubernetes,
    baseImage: baseImage ?? pinnedReference("node-image-base"),
    vars: [vars],
    disk: { maker: maker.identity, format, size: sizeInBytes(image.size) },
  });
  return { plan, maker, rootFilesystem: mergedVars(description.vars, vars).rootFilesystem };
}

/** An image of components/versions.ts, without a lab's overrides; by digest where it is pinned. */
export function pinnedReference(name: "node-image-base" | "image-builder" | "image-writer"): string {
  const { repository, tag, digest } = images[name];
  return `${repository}:${tag}${digest === "" ? "" : `@${digest}`}`;
}
