import { z } from "zod";

/** What is read of a metal3.io/v1alpha1 BareMetalHost's status; a host that was just declared has none of it. */
export const hostStatus = z
  .object({
    provisioning: z.object({ state: z.string().default("") }).prefault({}),
    errorType: z.string().default(""),
    errorMessage: z.string().default(""),
  })
  .prefault({});
