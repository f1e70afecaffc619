import { z } from "zod";
import { refusal } from "./refusal.ts";

const text = z
  .string()
  .regex(
    /^[^\p{Cc}]{1,128}$/u,
    refusal("is not 1 to 128 printable characters", "give the text as it stands on the machine"),
  );

const count = z
  .int(refusal("is not a whole number", "give a number of 1 to 4096"))
  .min(1, refusal("is not a number of processors, cores or threads", "give 1 to 4096"))
  .max(4096, refusal("is more than any machine has", "give 1 to 4096"));

/** What is known about a machine: the emulator's own schema (emulator/src/machine-facts-config.ts) has the same fields. */
export const hostFacts = z
  .strictObject({
    manufacturer: text
      .optional()
      .describe("Its maker. Never read from the device, since Redfish clients change their behaviour by it."),
    model: text.optional().describe("Its model."),
    serialNumber: text.optional().describe("Its serial number."),
    biosVersion: text.optional().describe("Version of its BIOS."),
    memoryGiB: z
      .number()
      .positive(refusal("is no memory", "give the installed memory in GiB"))
      .max(1_048_576, refusal("is more than any machine has", "give the installed memory in GiB"))
      .optional()
      .describe("Installed memory in GiB; asked for by Ironic's profile and unknown to a plug."),
    disks: z
      .array(
        z.strictObject({
          model: text.optional().describe("Its model."),
          manufacturer: text.optional().describe("Its maker."),
          capacityGB: z
            .number()
            .positive(refusal("is no capacity", "give it in GB, as makers count"))
            .max(1_000_000, refusal("is more than any disk has", "give the capacity in GB"))
            .describe("Its capacity in units of 1,000,000,000 bytes."),
        }),
      )
      .min(1, refusal("is an empty list", "leave it out"))
      .max(64, refusal("is more than any machine has", "give at most 64 disks"))
      .optional()
      .describe(
        "Its disks, shown as SimpleStorage; Ironic's out-of-band inspection reads their sizes there.",
      ),
    processors: z
      .strictObject({
        count: count.optional().describe("Processors in use."),
        model: text.optional().describe("Their model."),
        architecture: z.enum(["x86_64", "aarch64"]).optional().describe("Their architecture."),
        cores: count.optional().describe("Cores of one processor."),
        threads: count.optional().describe("Threads of one processor."),
      })
      .optional()
      .describe(
        "Its processors, all alike; with count, architecture and threads each has a Redfish resource.",
      ),
  })
  .describe(
    "What is known about the machine; wins over what its device says. What nobody knows is not shown.",
  );
