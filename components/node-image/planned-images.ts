import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describedPlan } from "../../nodeimage/description/described-image.ts";
import { ImageError } from "../../nodeimage/description/image-error.ts";
import type { ImageInputs } from "../../nodeimage/description/image-inputs.ts";
import type { ImageJob } from "../../nodeimage/steps/step-jobs.ts";
import { builtVersions, type ImageBuildConfig, type ImageConfig, type LabConfig } from "../config/index.ts";
import { ProgramError } from "../errors/program-error.ts";
import { imageReference } from "../kubernetes/image-reference.ts";
import { serverUrl } from "./server-url.ts";

/** A node image that the lab's image server has or is to have, known before anything is built. */
export interface PlannedImage {
  /** Kubernetes in it. */
  readonly version: string;
  /** File name. */
  readonly name: string;
  readonly url: string;
  readonly format: "raw" | "qcow2";
  /** How it is built; undefined for an earlier one that is used again. */
  readonly build: { readonly hash: string; readonly inputs: ImageInputs; readonly job: ImageJob } | undefined;
}

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The images that a lab builds: rendered and named, so that a preview knows their URLs. It reads the description's files and
 * runs nothing.
 *
 * @throws ProgramError for whatever is wrong with a description, before the first resource.
 */
export function plannedImages(
  config: Pick<LabConfig, "nodeImage" | "clusters" | "kubernetes" | "versions">,
): readonly PlannedImage[] {
  const { build, serve } = config.nodeImage;
  if (build === undefined) return [];
  return builtVersions(config).map((version) => {
    const used = build.use[version];
    const made = used === undefined ? planned(config, build, version) : undefined;
    const name = used ?? made?.job.name ?? "";
    const format = name.endsWith(".qcow2") ? "qcow2" : "raw";
    return { version, name, url: serverUrl(serve) + name, format, build: made };
  });
}

/** The lab with these images beside its prebuilt ones, for clusters to choose by their version. Pure. */
export function withImages<Lab extends Pick<LabConfig, "nodeImage">>(
  config: Lab,
  images: readonly PlannedImage[],
): Lab {
  const entries = images.map(({ version, url, format }): [string, ImageConfig] => [
    version,
    { url, sha256: `${url}.sha256`, format, version },
  ]);
  const { nodeImage } = config;
  return {
    ...config,
    nodeImage: { ...nodeImage, images: { ...nodeImage.images, ...Object.fromEntries(entries) } },
  };
}

function planned(
  config: Pick<LabConfig, "versions">,
  build: ImageBuildConfig,
  version: string,
): NonNullable<PlannedImage["build"]> {
  const { engine, ssh, sudo, workFolder, description, maker, format, size, vars } = build;
  const image = {
    kubernetes: version,
    folder: description,
    baseImage: build.baseImage ?? imageReference(config, "node-image-base"),
    maker,
    builder: imageReference(config, "image-builder"),
    format,
    size,
    vars,
  };
  // Kept in state: relative, as configured, so that it is the same on every machine that runs this program.
  const here = (path: string): string => (isAbsolute(path) ? path : join(projectFolder, path));
  const program = maker !== "bootc" && maker !== "image-builder";
  try {
    const local = { ...image, folder: here(description), maker: program ? here(maker) : maker };
    const { plan } = describedPlan(local);
    const place = { engine, ssh, sudo, work: workFolder };
    const job = { name: plan.name, inputs: plan.inputs, image, place };
    return { hash: plan.hash, inputs: plan.inputs, job };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new ProgramError(`edge-lab:nodeImage.build, image of ${version}: ${error.message}`);
  }
}
