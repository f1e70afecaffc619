import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { images } from "../components/versions.ts";
import { readDescription } from "./description/image-description.ts";
import { ImageError } from "./description/image-error.ts";
import { type ImagePlan, imagePlan } from "./description/image-plan.ts";
import { checksumIn, checksumName } from "./pipeline/checksum-file.ts";
import { fileSha256 } from "./pipeline/file-sha256.ts";
import { writeContext } from "./pipeline/write-context.ts";

export interface DescribedImage {
  readonly kubernetes: string;
  readonly folder: string;
  readonly baseImage?: string | undefined;
}

/** The commands of `npm run nodeimage`; each says what it does line by line. */
export class NodeImageCommands {
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Writes the build context, to be looked at or built by hand. */
  render(image: DescribedImage, output: string): void {
    const plan = this.plan(image);
    if (existsSync(output) && (!statSync(output).isDirectory() || !isRendering(output))) {
      throw new ImageError(`${output} is there and holds something else: name a folder that can be replaced`);
    }
    writeContext(plan.context, output);
    const args = Object.entries(plan.context.buildArguments).map(([name, value]) => `  ${name}=${value}`);
    this.#say(`${plan.name}: ${plan.context.files.length} files in ${output}; build arguments:`);
    for (const line of args) this.#say(line);
  }

  /** Checks a description, without building: every template renders, and the name that it has is shown. */
  verifyDescription(image: DescribedImage): void {
    const plan = this.plan(image);
    this.#say(`${image.folder} is in order: ${plan.context.files.length} files, image ${plan.name}`);
    const { baseImage } = plan.request;
    if (!baseImage.includes("@sha256:")) {
      this.#say(
        `note: the base image ${baseImage} is not pinned by digest, so that a new one under the same tag is not noticed`,
      );
    }
  }

  /**
   * Checks an image file against the checksum file beside it.
   * @throws ImageError when they differ.
   */
  async verifyFile(file: string): Promise<void> {
    const name = basename(file);
    const beside = checksumName(file);
    for (const path of [file, beside]) if (!existsSync(path)) throw new ImageError(`there is no ${path}`);
    const wanted = checksumIn(readFileSync(beside, "utf8"), name);
    if (wanted === undefined) throw new ImageError(`${beside} has no sha256 of ${name}`);
    const found = await fileSha256(file);
    if (found !== wanted) {
      throw new ImageError(
        `${file} is damaged: its sha256 is ${found}, and ${beside} says ${wanted}. Build it again`,
      );
    }
    this.#say(`${file}: sha256 ${found}, as ${basename(beside)} says`);
  }

  plan({ kubernetes, folder, baseImage }: DescribedImage): ImagePlan {
    if (!/^v\d+\.\d+\.\d+$/.test(kubernetes)) {
      throw new ImageError(`${kubernetes} is not a full Kubernetes version: write it as v1.34.3`);
    }
    const { repository, tag, digest } = images["node-image-base"];
    return imagePlan(readDescription(folder), {
      kubernetesVersion: kubernetes,
      baseImage: baseImage ?? `${repository}:${tag}${digest === "" ? "" : `@${digest}`}`,
      vars: [],
      disk: { maker: "bootc", format: "raw", sizeGigabytes: 10 },
    });
  }
}

/** A folder that may be replaced: an empty one, or one that render made. */
function isRendering(folder: string): boolean {
  const names = readdirSync(folder);
  return names.every((name) => name === "Containerfile" || name === "rootfs");
}
