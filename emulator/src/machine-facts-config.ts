import { z } from "zod";

/** Printable and short: these are shown to every client as they stand. */
const text = z
  .string()
  .regex(/^[^\p{Cc}]{1,128}$/u, "must have 1 to 128 characters, none of them a control character");

const count = z.number().int().min(1).max(4096);

/**
 * What somebody knows about a machine and its device does not tell, or tells wrongly: shown in place of what the device
 * says. Nothing has a default: what nobody knows is left out of the Redfish resources.
 */
export const machineFactsSchema = z.strictObject({
  /**
   * Never taken from a device: Redfish clients change their behaviour by well-known makers' names. Ironic goes by the
   * service's own neutral vendor, sushy has one exception (Supermicro).
   */
  manufacturer: text.optional(),
  model: text.optional(),
  serialNumber: text.optional(),
  biosVersion: text.optional(),
  /** Installed memory. */
  memoryGiB: z.number().positive().max(1_048_576).optional(),
  /** Shown as SimpleStorage; Ironic's out-of-band inspection takes the disk sizes from there. */
  disks: z
    .array(
      z.strictObject({
        model: text.optional(),
        manufacturer: text.optional(),
        /** In units of 1,000,000,000 bytes, as makers count. */
        capacityGB: z.number().positive().max(1_000_000),
      }),
    )
    .min(1)
    .max(64)
    .optional(),
  /** All processors are alike. With count, architecture and threads known there are Processor resources too. */
  processors: z
    .strictObject({
      /** Sockets in use. */
      count: count.optional(),
      model: text.optional(),
      architecture: z.enum(["x86_64", "aarch64"]).optional(),
      /** Of one processor, as are the threads. */
      cores: count.optional(),
      threads: count.optional(),
    })
    .refine(({ cores, threads }) => cores === undefined || threads === undefined || threads >= cores, {
      path: ["threads"],
      message: "must not be fewer than cores: both are of one processor",
    })
    .optional(),
});

/** Facts about a machine out of the configuration. */
export type MachineFactsConfig = z.output<typeof machineFactsSchema>;
