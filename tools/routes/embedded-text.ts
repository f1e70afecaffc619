import type { EmbeddedFile } from "../recipes.ts";
import { ToolError } from "../tool-error.ts";

/**
 * A file of another module as it goes beside sources of ours. Pure.
 *
 * @param version of what is built, without v.
 * @throws ToolError build-failed when the text to replace is not there just once: the module is another version then.
 */
export function embeddedText(content: string, how: EmbeddedFile, version: string): string {
  if (how === "as-is") return content;
  if (how === "with-version") {
    return JSON.stringify({ ...(JSON.parse(content) as Record<string, unknown>), version });
  }
  const parts = content.split(how.replace);
  if (parts.length === 2) return parts.join(how.by);
  throw new ToolError(
    "build-failed",
    `a file to embed has ${JSON.stringify(how.replace)} ${parts.length - 1} times, not once`,
    "The recipe in tools/recipes.ts is for another version of the module.",
  );
}
