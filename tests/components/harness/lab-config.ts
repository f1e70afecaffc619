import { readFile } from "node:fs/promises";
import { type LabConfig, parseLabConfig, stackFileConfig } from "../../../components/config/index.ts";

/** A password that no test may find in anything readable. */
export const devicePassword = "S3cret-of-a-device";

const credentials = {
  defaults: {
    amt: { username: "admin", password: devicePassword },
    tapo: { username: "someone@example.org", password: devicePassword },
  },
};

/**
 * The lab of one of the repository's stack files, parsed by the real parser, with devices' logins set.
 *
 * @param changes replace whole keys, such as `{ "edge-lab:await": "full" }`.
 */
export async function labConfig(
  stack: "lab" | "sim",
  changes: Readonly<Record<string, unknown>> = {},
): Promise<LabConfig> {
  const file = await readFile(new URL(`../../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  const raw = { ...stackFileConfig(file), "edge-lab:credentials": credentials, ...changes };
  return parseLabConfig(raw, { mode: "preview" });
}
