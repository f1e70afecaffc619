import { z } from "zod";
import { kubernetesVersion } from "./fields/kubernetes-version.ts";
import { port } from "./fields/port.ts";
import { quantity } from "./fields/quantity.ts";
import { imageVarsOverrideSchema } from "./image-vars.ts";
import { refusal } from "./refusal.ts";

const released = kubernetesVersion.regex(
  /^v\d+\.\d+\.\d+$/,
  refusal("is not a release of Kubernetes", "write vMAJOR.MINOR.PATCH: package repositories hold releases"),
);
const relativePath = z
  .string()
  .regex(/^[^/~]\S*$/, refusal("is not a path in the project", "write it relative to the project's folder"));

/** The file name of an image that this program has built. */
export const builtImageName = /^node-(v\d+\.\d+\.\d+)-[0-9a-f]{12}\.(raw|qcow2)$/;

/** How node images are built by `pulumi up`. */
export const imageBuildSchema = z
  .strictObject({
    kubernetes: z
      .array(released)
      .min(1, refusal("is empty", "leave it out for the versions that clusters use"))
      .optional()
      .describe(
        "Versions that an image is built of; if left out, those that clusters use and `images` does not have.",
      ),
    use: z
      .record(
        z.string(),
        z
          .string()
          .regex(
            builtImageName,
            refusal(
              "is not the name of a built image",
              "write it as node-v1.34.3-0123456789ab.raw; `pulumi stack output nodeImages` shows the one in use",
            ),
          ),
      )
      .default({})
      .describe(
        "Going back: by Kubernetes version, the file name of an earlier image that the image server still has. Nothing is built for that version.",
      ),
    ssh: z
      .string()
      .regex(
        /^([\w.-]+@)?[A-Za-z0-9][\w.:-]*$/,
        refusal("is not an SSH target", "write USER@HOST, or a name of ~/.ssh/config"),
      )
      .optional()
      .describe("Machine that builds, by SSH, such as root@192.168.1.10; if left out, where Pulumi runs."),
    sudo: z.boolean().default(false).describe("Run everything by sudo, which must not ask for a password."),
    workFolder: z
      .string()
      .regex(/^\/[^\s]+$/, refusal("is not an absolute path", "write it from / on, without blanks"))
      .default("/var/tmp/edge-lab-node-images")
      .describe("Folder on the building machine, with room for one image at a time."),
    engine: z.enum(["podman", "docker"]).default("podman").describe("Container engine that builds."),
    maker: relativePath
      .default("bootc")
      .describe(
        "What makes a disk image of the container: bootc, image-builder, or the path of a program in the project.",
      ),
    format: z
      .enum(["raw", "qcow2"])
      .default("raw")
      .describe("raw is streamed to disk; qcow2 is unpacked in the memory of the host first."),
    size: quantity.default("10Gi").describe("Size of the disk image; the root grows to the machine's disk."),
    baseImage: z
      .string()
      .regex(/^[^\s-]\S*$/, refusal("is not an image reference", "write REGISTRY/NAME:TAG@sha256:DIGEST"))
      .optional()
      .describe("What it is built on; node-image-base in components/versions.ts if left out."),
    description: relativePath
      .default("nodeimage")
      .describe("Folder in the project with Containerfile, vars.yaml and templates/."),
    vars: imageVarsOverrideSchema.default({}),
    keep: z
      .int(refusal("is not a whole number", "give a count"))
      .min(0, refusal("is negative", "give 0 or more"))
      .default(2)
      .describe("How many older images that nothing uses are kept, for going back."),
    uploadPort: port.default(8089).describe("Port on the infra node, taken only while an image is uploaded."),
  })
  .describe("Build node images from their description and publish them on the image server.");

export type ImageBuildConfig = z.output<typeof imageBuildSchema>;
