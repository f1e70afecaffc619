import { z } from "zod";
import { refusal } from "./refusal.ts";

/** The policies of policy/ that a change can be let through, by the names that a review shows. */
export const policyNames = [
  "host-identity",
  "cluster-endpoint",
  "odd-control-plane",
  "kubernetes-step",
  "kept-protection",
  "no-plain-credentials",
  "pinned-images",
] as const;
export type PolicyName = (typeof policyNames)[number];

/**
 * A change that a policy stops and that is meant all the same. It names the value that is changed to, so that an entry which
 * was left in the file lets nothing else through later.
 */
export const allowedChangeSchema = z
  .strictObject({
    policy: z.enum(policyNames).describe("The policy that stops it."),
    of: z
      .string()
      .min(1, refusal("is empty", "name the host, cluster or object, or leave it out"))
      .optional()
      .describe("The host, cluster or object, as the policy names it; all of them if left out."),
    to: z
      .string()
      .min(1, refusal("is empty", "copy the value from the policy's message"))
      .describe("The value that is changed to, as the policy names it."),
    because: z
      .string()
      .min(1, refusal("is empty", "say for the reviewer why it is meant"))
      .describe("Why it is meant."),
  })
  .describe("One change that a policy would stop.");

export type AllowedChange = z.output<typeof allowedChangeSchema>;
