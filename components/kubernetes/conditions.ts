import { z } from "zod";

/** What controllers say of an object, each by its type; what is not said is empty. */
export const conditions = z
  .array(
    z.object({
      type: z.string(),
      /** True, False or Unknown. */
      status: z.string(),
      reason: z.string().default(""),
      message: z.string().default(""),
      lastTransitionTime: z.string().default(""),
    }),
  )
  .default([]);

export type Condition = z.output<typeof conditions>[number];
