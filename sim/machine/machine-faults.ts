import { z } from "zod";

/** What can be wrong with a machine; everything that is not named is well. */
export const machineFaultsSchema = z
  .strictObject({
    /** The firmware hangs in its self-test. */
    doesNotBoot: z.boolean(),
    /** The self-test takes that many simulated seconds more. */
    bootsSlowlySeconds: z.number().nonnegative(),
    /** The deploy agent is gone in the middle of writing an image. */
    agentDiesMidDeploy: z.boolean(),
    /** Nothing reaches the machine and it reaches nothing; its device's own network is another matter. */
    networkLost: z.boolean(),
    /** Disks are smaller than they say. */
    diskTooSmall: z.boolean(),
    /** A download arrives with a flipped bit. */
    wrongChecksum: z.boolean(),
  })
  .partial();

export type MachineFaults = z.infer<typeof machineFaultsSchema>;
