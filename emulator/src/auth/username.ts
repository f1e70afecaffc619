import { z } from "zod";

/** A user name that HTTP's Basic authentication can carry (RFC 7617). */
export const usernameSchema = z
  .string()
  .min(1)
  .regex(/^[^:\p{Cc}]+$/u, "must not contain a colon (Basic authentication) or control characters");
