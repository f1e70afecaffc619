import { z } from "zod";
import { dnsLabel } from "./fields/dns-label.ts";
import { refusal } from "./refusal.ts";

/** A login on nodes, by a cluster or in an image. */
export const nodeUser = z
  .strictObject({
    name: dnsLabel.describe("Login name."),
    sshAuthorizedKeys: z
      .array(
        z
          .string()
          .regex(
            /^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+( .*)?$/,
            refusal("is not a public SSH key", "paste the line of the .pub file"),
          ),
      )
      .default([])
      .describe("Public SSH keys, one line each."),
    sudo: z.boolean().default(true).describe("May become root without a password."),
  })
  .describe("A user made on every node.");
