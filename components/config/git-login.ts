import { z } from "zod";

/** How a cluster logs in to its Git repository; only what its URL needs is given. */
export const gitLogin = z
  .strictObject({
    identity: z
      .string()
      .optional()
      .describe(
        "For ssh://: the private key of a deploy key that may read, as ssh-keygen writes it. A Pulumi secret.",
      ),
    username: z.string().optional().describe("For https://: user; any word where a token is the password."),
    password: z
      .string()
      .optional()
      .describe(
        "For https://: password or token. For ssh://: the key's own passphrase, if it has one. A Pulumi secret.",
      ),
  })
  .describe("A login for a Git repository.");

export type GitLogin = z.output<typeof gitLogin>;
