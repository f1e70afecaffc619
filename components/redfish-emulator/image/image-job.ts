import { z } from "zod";

const place = { ssh: z.string().optional(), sudo: z.boolean() };

/** What the step that builds the emulator's image reads on its standard input. */
export const imageJob = z.strictObject({
  /** With a tag that is the hash of what it is made of. */
  reference: z.string(),
  hash: z.string(),
  build: z.strictObject({
    ...place,
    engine: z.enum(["podman", "docker"]),
    workFolder: z.string(),
    base: z.string(),
    caFile: z.string().optional(),
  }),
  deliver: z.strictObject({
    ...place,
    to: z.enum(["k3s", "containerd", "registry"]),
    socket: z.string(),
  }),
});

export type ImageJob = z.output<typeof imageJob>;
