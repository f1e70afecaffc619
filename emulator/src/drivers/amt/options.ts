import { z } from "zod";
import { fingerprint256 } from "../fingerprint256.ts";

/** Options of the amt driver in a machine's entry. */
export const amtOptionsSchema = z
  .strictObject({
    /** Speak HTTPS (port 16993 unless the address names one) instead of HTTP (16992). */
    tls: z.boolean().default(false),
    /** The certificate to accept; without it the system's authorities decide. */
    fingerprint256: fingerprint256.optional(),
    /** Allow TLS 1.0 and 1.1, for AMT 11 and older. */
    legacyTls: z.boolean().default(false),
    /** Seconds between two changes of power: Intel asks to wait until the BIOS is through, up to 10 s. */
    actionGapSeconds: z.number().min(0).max(40).default(10),
  })
  .superRefine((options, context) => {
    for (const name of ["fingerprint256", "legacyTls"] as const) {
      if (options.tls || !options[name]) continue;
      context.addIssue({
        code: "custom",
        path: [name],
        message: "has no effect without tls: true; set both",
      });
    }
  });

export type AmtOptions = z.output<typeof amtOptionsSchema>;
