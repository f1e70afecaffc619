import { readFile } from "node:fs/promises";
import type { EmulatorConfig } from "./config.ts";
import type { DriverModule } from "./drivers/driver.ts";
import { ConfigError, parseConfig } from "./parse-config.ts";
import { parseJson } from "./parse-json.ts";

/**
 * Reads and checks the configuration file.
 * @throws ConfigError also when the file is missing or not JSON; the message never quotes the file, which holds secrets
 */
export async function readConfig(path: string, drivers: readonly DriverModule[]): Promise<EmulatorConfig> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such file" : `it cannot be read (${error.code})`;
    throw new ConfigError([`${path}: ${reason}; name the configuration file with --config`]);
  });
  return parseConfig(parseJson(path, text), drivers);
}
