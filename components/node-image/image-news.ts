import type { ImageInputs } from "../../nodeimage/description/image-inputs.ts";
import { inputChanges } from "../../nodeimage/description/input-changes.ts";
import type { PlannedImage } from "./planned-images.ts";

/** What is known of the image that a version had until now. */
export interface EarlierImage {
  /** File name. */
  readonly name: string;
  /** What it was made of; or why that cannot be told. */
  readonly inputs: ImageInputs | { readonly unknown: string };
}

/** What is known about an image before an update. */
export interface ImageFacts {
  readonly earlier: EarlierImage | undefined;
  /** Whether the image server has the new one already. */
  readonly published: boolean;
}

/** One sentence about what an update will do with an image. Pure. */
export function imageNews(image: PlannedImage, { earlier, published }: ImageFacts): string {
  const { name, version, build } = image;
  const what = `node image ${version}`;
  if (earlier?.name === name) return `${what} unchanged: ${name}`;
  if (build === undefined) return `${what} will be the earlier ${name} again; nothing is built`;
  const why = earlier === undefined ? "" : ` because ${reason(earlier, build.inputs)}`;
  if (published) return `${what} will be ${name}${why}; it is published already, nothing is built`;
  return `${what} will be ${earlier === undefined ? "built" : "rebuilt"} as ${name}${why}`;
}

function reason({ name, inputs }: EarlierImage, now: ImageInputs): string {
  if (isUnknown(inputs)) return `it is not made of what ${name} was (${inputs.unknown})`;
  const changes = inputChanges(inputs, now);
  return changes.length === 0 ? `${name} was named otherwise` : changes.join("; ");
}

function isUnknown(inputs: EarlierImage["inputs"]): inputs is { readonly unknown: string } {
  return Object.keys(inputs).join() === "unknown";
}
