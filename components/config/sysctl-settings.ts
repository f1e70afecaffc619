import { z } from "zod";
import { refusal } from "./refusal.ts";

/** Kernel settings by name, as in sysctl.conf(5). */
export const sysctlSettings = z
  .record(
    z.string(),
    z.union([
      z.int(refusal("is not a whole number", "put other values in quotes")),
      z.string().regex(/^[^\n]+$/, refusal("is not one line of text", "write the value on one line")),
    ]),
  )
  .refine(
    (settings) => Object.keys(settings).every((name) => /^[a-z0-9_]+([./][\w-]+)+$/.test(name)),
    refusal("has a name that is none", "write names as net.ipv4.ip_forward"),
  );
