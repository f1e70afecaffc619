import { formatPath } from "./config-path.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { project } from "./project.ts";

/**
 * Pulumi hands structured values over as JSON text and plain ones as they are. A value that only looks like JSON is
 * refused without showing it, since the parser's own message would quote a piece of it.
 *
 * @throws {ConfigurationError} for text that begins like JSON and is none.
 */
export function decodedConfig(encoded: Readonly<Record<string, string>>): Record<string, unknown> {
  const decode = ([key, text]: [string, string]): [string, unknown] => {
    if (!key.startsWith(`${project}:`) || !/^\s*[[{]/.test(text)) return [key, text];
    try {
      return [key, JSON.parse(text)];
    } catch {
      const path = formatPath([key.slice(project.length + 1)]);
      const fix = "write it as YAML in Pulumi.<stack>.yaml, or set single values by pulumi config set --path";
      throw new ConfigurationError([{ path, wrong: "is not valid JSON", fix, severity: "error" }]);
    }
  };
  return Object.fromEntries(Object.entries(encoded).map(decode));
}
