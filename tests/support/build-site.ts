import { join } from "node:path";
import { execa } from "execa";

/**
 * Builds the documentation site of this checkout into a folder, as `npm run docs:build` does. VitePress itself refuses links between
 * pages that lead nowhere.
 */
export async function buildSite(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  await execa("vitepress", ["build", "site", "--outDir", folder], {
    cwd: join(import.meta.dirname, "../.."),
    preferLocal: true,
    env: environment,
  });
}
