import { z } from "zod";
import { imageVarsOverrideSchema } from "../../components/config/image-vars.ts";

const optional = z.string().optional();

/** An image as `pulumi up` asks for it: how it is made, and the name and inputs that the plan gave it. */
const imageJob = z.strictObject({
  name: z.string(),
  /** What decides its name, each by a sha256 or as it is: what it was made of, kept beside the image. */
  inputs: z.record(z.string(), z.string()),
  image: z.strictObject({
    kubernetes: z.string(),
    folder: z.string(),
    baseImage: z.string(),
    maker: z.string(),
    builder: z.string(),
    format: z.enum(["raw", "qcow2"]),
    size: z.string(),
    vars: imageVarsOverrideSchema,
  }),
  place: z.strictObject({
    engine: z.enum(["podman", "docker"]),
    ssh: optional,
    sudo: z.boolean(),
    work: z.string(),
  }),
});

/** What the step `build` reads on its standard input. */
export const buildJob = z.strictObject({
  /** Where the lab's image server would have it, to build nothing that is published. */
  url: z.string(),
  image: imageJob,
});

/** What the step `publish` reads on its standard input. */
export const publishJob = z.strictObject({
  images: z.array(imageJob),
  /** Names of earlier images that are used again: they have to be there. */
  used: z.array(z.string()),
  target: z.strictObject({
    kubeconfig: z.string(),
    context: optional,
    namespace: z.string(),
    server: z.string(),
    address: z.string(),
    uploadPort: z.number(),
    writer: z.string(),
    keep: z.number(),
  }),
});

export type ImageJob = z.output<typeof imageJob>;
export type BuildJob = z.output<typeof buildJob>;
export type PublishJob = z.output<typeof publishJob>;
