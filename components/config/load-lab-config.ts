import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { decodedConfig } from "./decoded-config.ts";
import type { LabConfig } from "./lab.ts";
import { readLabConfig } from "./parse-lab-config.ts";
import { plainCredentials } from "./plain-credentials.ts";
import { problemLine } from "./problem.ts";

/**
 * The lab of the stack that is running, checked. Warnings go to Pulumi's log. All values are read at once by allConfig(), since
 * Config's accessors warn about each secret that is read as plain text.
 *
 * @throws {ConfigurationError} with every mistake; call it before the first resource, so that none is touched.
 */
export function loadLabConfig(): LabConfig {
  const mode = pulumi.runtime.isDryRun() ? "preview" : "up";
  const { config, warnings } = readLabConfig(decodedConfig(pulumi.runtime.allConfig()), { mode });
  for (const warning of warnings) void pulumi.log.warn(problemLine(warning));
  return { ...config, inTheClear: plainCredentials(config, secretKeys()) };
}

/** The keys with something encrypted in them, as the language host tells the SDK (runtime/config.ts, which exports no way to ask). */
function secretKeys(): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]"));
}
