import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { SimSettings } from "../settings.ts";

/** How far the lab is brought up: the stack file's `edge-lab:await` that it stands for. */
export type StopAt = "provisioned";

/**
 * A copy of the stack file whose update ends early: the file itself stays as its author wrote it, and the next `up`
 * without the option goes on. Returns its path.
 */
export function stackFileStoppingAt({ stateDir, stack, configFile }: SimSettings, stopAt: StopAt): string {
  const document = parseDocument(readFileSync(configFile, "utf8"));
  document.setIn(["config", "edge-lab:await"], stopAt);
  const folder = join(stateDir, "stack-files");
  const file = join(folder, `Pulumi.${stack}.${stopAt}.yaml`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, String(document));
  return file;
}
