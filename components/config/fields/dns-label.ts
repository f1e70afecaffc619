import { z } from "zod";
import { refusal } from "../refusal.ts";

/** A DNS label (RFC 1123): what names of hosts, clusters, namespaces and users have to be. */
export const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    refusal(
      "is not a DNS label",
      "use at most 63 lower-case letters, digits and -, beginning and ending with a letter or digit",
    ),
  );
