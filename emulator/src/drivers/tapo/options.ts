import { z } from "zod";

/** Options of the tapo driver in a machine's entry. */
export const tapoOptionsSchema = z.strictObject({
  /** Seconds without power before it comes back, so that the machine's capacitors empty and it notices. */
  offSeconds: z.number().min(0).max(20).default(5),
  /** UDP port of the plug's discovery service. */
  discoveryPort: z.number().int().min(1).max(65535).default(20002),
});

export type TapoOptions = z.output<typeof tapoOptionsSchema>;
