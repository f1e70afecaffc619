import { z } from "zod";
import { httpUrl } from "./fields/http-url.ts";
import { sha256 } from "./fields/sha256.ts";
import { refusal } from "./refusal.ts";

const manifest = z
  .strictObject({
    version: z.string().min(1).optional().describe("Version."),
    url: httpUrl.optional().describe("URL of the release file."),
    sha256: sha256.optional().describe("Its sha256."),
  })
  .describe("Another release than the table's.");

const image = z
  .strictObject({
    repository: z.string().min(1).optional().describe("Repository, for instance a mirror of your own."),
    tag: z.string().min(1).optional().describe("Tag."),
    digest: z
      .string()
      .regex(
        /^(sha256:[0-9a-f]{64})?$/,
        refusal("is not an image digest", "write sha256: and 64 hexadecimal digits"),
      )
      .optional()
      .describe("Digest."),
  })
  .describe("Another image than the table's.");

/** Entries of components/versions.ts that this lab has otherwise; what is left out stays as in the table. */
export const versionsOverrideSchema = z
  .strictObject({
    manifests: z.record(z.string(), manifest).default({}).describe("By the name in components/versions.ts."),
    images: z.record(z.string(), image).default({}).describe("By the name in components/versions.ts."),
  })
  .prefault({})
  .describe("Versions that this lab has otherwise than components/versions.ts.");

export type VersionsOverride = z.output<typeof versionsOverrideSchema>;
