import { readFile } from "node:fs/promises";
import type { EmulatorConfig } from "./config.ts";
import type { DriverModule } from "./drivers/driver.ts";
import { ConfigError, parseConfig } from "./parse-config.ts";

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

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the mistake, so only the place is taken from its message.
    const place =
      error instanceof Error ? /position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0] : undefined;
    throw new ConfigError([`${path}: not valid JSON${place ? ` at ${place}` : ""}`]);
  }
}
