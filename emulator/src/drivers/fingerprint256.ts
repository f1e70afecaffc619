import { z } from "zod";

/** Option of a driver: a certificate's SHA-256 fingerprint; comes out as Node writes it, upper case with colons. */
export const fingerprint256 = z
  .string()
  .regex(
    /^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$/,
    "must be the SHA-256 fingerprint of the device's certificate: 64 hex digits, with or without colons",
  )
  .transform((text) => (text.replaceAll(":", "").toUpperCase().match(/../g) ?? []).join(":"));
