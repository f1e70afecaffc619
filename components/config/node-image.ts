import { z } from "zod";
import { checksum } from "./fields/checksum.ts";
import { imageUrl } from "./fields/image-url.ts";
import { ipAddress } from "./fields/ip-address.ts";
import { kubernetesVersion } from "./fields/kubernetes-version.ts";
import { port } from "./fields/port.ts";
import { quantity } from "./fields/quantity.ts";
import { imageBuildSchema } from "./image-build.ts";

const image = z
  .strictObject({
    url: imageUrl.describe(
      "Where a bare host downloads the image: an address it reaches, not a cluster name. Put a hash in the file name: a changed URL is what rolls machines. oci://REGISTRY/NAME@DIGEST where Metal3 can take it.",
    ),
    sha256: checksum
      .optional()
      .describe("Its sha256, or the URL of a SHA256SUMS file that lists it; oci:// has its own."),
    format: z
      .enum(["raw", "qcow2"])
      .default("raw")
      .describe(
        "raw is streamed to disk; qcow2 is unpacked in memory first and needs RAM for the whole image.",
      ),
    version: kubernetesVersion
      .optional()
      .describe("The Kubernetes in the image; the entry's own name if left out."),
  })
  .check(({ value, issues }) => {
    if (value.sha256 !== undefined || value.url.startsWith("oci:")) return;
    // schema-problems.ts says what is missing by the field's description.
    issues.push({ code: "custom", message: "", path: ["sha256"], input: value });
  })
  .describe("A bootable disk image with one version of Kubernetes in it.");

const serve = z
  .strictObject({
    enabled: z.boolean().default(true).describe("Run the image server in the infra cluster."),
    address: ipAddress.optional().describe("Address that hosts use for it; the infra node's if left out."),
    port: port.default(8088).describe("Port on the infra node; Ironic has 6180, 6183 and 6385 for itself."),
    size: quantity.default("40Gi").describe("Size of its volume; an image takes about 10 GiB."),
    storageClass: z
      .string()
      .min(1)
      .optional()
      .describe("StorageClass of its volume; infra.storageClass if left out."),
  })
  .prefault({})
  .describe("The image server: nginx with a volume.");

/** The operating-system images that are written to hosts. */
export const nodeImageSchema = z
  .strictObject({
    serve,
    images: z
      .record(z.string(), image)
      .default({})
      .describe(
        "Prebuilt images by the Kubernetes version in them (v1.34.3), or by a name of your own with `version`. One of them wins over a built one of the same version.",
      ),
    build: imageBuildSchema.optional(),
  })
  .describe("The operating-system images that are written to hosts.");

export type NodeImageInput = z.output<typeof nodeImageSchema>;
export type ImageConfig = z.output<typeof image>;
