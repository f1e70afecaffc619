import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { basename } from "node:path";
import { imageServerName } from "../components/node-image/image-server.ts";
import { labNamespace } from "../components/redfish-emulator/names.ts";
import { infraKubeconfig } from "../components/workload-cluster/infra-kubeconfig.ts";
import { type DescribedImage, describedPlan, pinnedReference } from "./description/described-image.ts";
import { ImageError } from "./description/image-error.ts";
import { checksumIn, checksumName } from "./pipeline/checksum-file.ts";
import { fileSha256 } from "./pipeline/file-sha256.ts";
import type { BuiltImage } from "./pipeline/image-build.ts";
import { type BuildPlace, imageBuildAt } from "./pipeline/image-build-at.ts";
import { writeContext } from "./pipeline/write-context.ts";
import { publishImage } from "./publish/publish-image.ts";

/** The lab that an image is published in; numbers as they stand on a command line. */
export interface PublishTarget {
  readonly kubeconfig: string;
  readonly context?: string | undefined;
  readonly address: string;
  readonly uploadPort: string;
  readonly keep: string;
}

/** The commands of `npm run nodeimage`; each says what it does line by line. */
export class NodeImageCommands {
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Writes the build context, to be looked at or built by hand. */
  render(image: DescribedImage, output: string): void {
    const { plan } = describedPlan(image);
    if (existsSync(output) && !isRendering(output)) {
      throw new ImageError(`${output} is there and holds something else: name a folder that can be replaced`);
    }
    writeContext(plan.context, output);
    const args = Object.entries(plan.context.buildArguments).map(([name, value]) => `  ${name}=${value}`);
    this.#say(`${plan.name}: ${plan.context.files.length} files in ${output}; build arguments:`);
    for (const line of args) this.#say(line);
  }

  /**
   * Builds the image, or what is missing of it.
   *
   * @param local folder of this machine for logs and the rendered context.
   * @throws ImageError of the step that failed.
   */
  async build(
    image: DescribedImage,
    place: BuildPlace,
    local: string,
    signal?: AbortSignal,
  ): Promise<BuiltImage> {
    const { build } = imageBuildAt(image, place, local, { say: this.#say, signal });
    const built = await build.build();
    this.#say(`${built.path}${place.ssh === undefined ? "" : ` on ${place.ssh}`}: sha256 ${built.sha256}`);
    return built;
  }

  /** Checks a description, without building: every template renders, and the name that it has is shown. */
  verifyDescription(image: DescribedImage): void {
    const { plan } = describedPlan(image);
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
    const found = await this.#checked(file);
    this.#say(`${file}: sha256 ${found}, as ${basename(checksumName(file))} says`);
  }

  /**
   * Brings an image file into a lab's image server, under its own name. It goes on where an earlier try has stopped.
   * @throws ImageError when the file is damaged or is not published.
   */
  async publish(file: string, target: PublishTarget): Promise<void> {
    const { address, kubeconfig, context } = target;
    const [port, keep] = [Number(target.uploadPort), Number(target.keep)];
    if (isIP(address) === 0) throw new ImageError(`${address} is no IP address`);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new ImageError(`${target.uploadPort} is no port`);
    if (!Number.isInteger(keep) || keep < 0) throw new ImageError(`--keep ${target.keep} is no count`);
    const sha256 = await this.#checked(file);
    const place = {
      namespace: labNamespace,
      server: imageServerName,
      address,
      port,
      image: pinnedReference("image-writer"),
    };
    const image = {
      name: basename(file),
      size: statSync(file).size,
      sha256,
      record: {},
      read: (start: number) => createReadStream(file, { start, highWaterMark: 1024 * 1024 }),
    };
    const publication = { kubeconfig: infraKubeconfig({ kubeconfig, context }), place, image, keep };
    await publishImage(publication, { say: this.#say });
  }

  async #checked(file: string): Promise<string> {
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
    return found;
  }
}

/** A folder that may be replaced: an empty one, or one that render made. */
function isRendering(folder: string): boolean {
  if (!statSync(folder).isDirectory()) return false;
  return readdirSync(folder).every((name) => name === "Containerfile" || name === "rootfs");
}
