import { ConfigError } from "./parse-config.ts";

/**
 * Parses the text of a file that holds secrets.
 * @throws ConfigError that names the file and the place, and never quotes the text
 */
export function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the mistake, so only the place is taken from its message.
    const place =
      error instanceof Error ? /position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0] : undefined;
    throw new ConfigError([`${path}: not valid JSON${place ? ` at ${place}` : ""}`]);
  }
}
