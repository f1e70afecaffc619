import { parse } from "yaml";

/**
 * The `config` map of a Pulumi.<stack>.yaml, decoded but not decrypted: an encrypted value stays `{secure: …}`.
 *
 * @throws {Error} when the text is no YAML map with a `config` map in it.
 */
export function stackFileConfig(text: string): Record<string, unknown> {
  const file: unknown = parse(text);
  const config: unknown =
    typeof file === "object" && file !== null && "config" in file ? file.config : undefined;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new Error("the stack file has no `config:` map");
  }
  return { ...config };
}
