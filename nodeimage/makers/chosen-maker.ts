import { bootcMaker } from "./bootc-maker.ts";
import type { DiskMaker } from "./disk-maker.ts";
import { imageBuilderMaker } from "./image-builder-maker.ts";
import { programMaker } from "./program-maker.ts";

/**
 * The disk maker of a name: `bootc`, `image-builder`, or the path of a program.
 *
 * @param builder reference of image-builder's own image.
 * @throws ImageError for a program that cannot be read.
 */
export function chosenMaker(name: string, builder: string): DiskMaker {
  if (name === "bootc") return bootcMaker;
  if (name === "image-builder") return imageBuilderMaker(builder);
  return programMaker(name);
}
