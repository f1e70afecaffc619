import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { flowchart } from "./flowchart.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Types alone tie nothing at run time.
const IMPORT =
  /(?:^|\n)(?:import|export)\s+(?!type\b|\{(?:\s*type\s\w+,?)+\s*\})[^;]*?from\s+"(\.[^"]+)"|import\(\s*"(\.[^"]+)"/g;

export interface ImportGraphOptions {
  /** The folders that are drawn; files of others are left out. */
  readonly folders: readonly string[];
  /** What they lie in, within the repository. */
  readonly within?: string;
  readonly direction: "TB" | "LR";
}

/** Which folders import code of which others, read from their TypeScript sources. An arrow leads to what is imported. */
export function importGraph({ folders, within = "", direction }: ImportGraphOptions): string {
  const folderOf = (path: string): string | undefined =>
    folders.find((folder) => path.startsWith(`${join(within, folder)}/`));
  const arrows = folders.flatMap((folder) =>
    globSync(`${join(within, folder)}/**/*.ts`, {
      cwd: root,
      exclude: (name) => name === "node_modules",
    }).flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(IMPORT)].flatMap(([, plain, dynamic]) => {
        const target = folderOf(join(dirname(file), plain ?? dynamic ?? ""));
        return target === undefined || target === folder ? [] : [[folder, target] as const];
      }),
    ),
  );
  return flowchart(direction, folders, arrows);
}
