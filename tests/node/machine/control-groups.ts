import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../../../sim/processes/wait-until.ts";

const root = "/sys/fs/cgroup";

/** The folders of a control group of this name in every hierarchy, of either version of the kernel's interface. */
export function controlGroups(name: string): readonly string[] {
  const hierarchies = [root, ...readdirSync(root).map((hierarchy) => join(root, hierarchy))];
  return hierarchies.map((hierarchy) => join(hierarchy, name)).filter((folder) => existsSync(folder));
}

/** Removes a control group with all below it; the last of its processes may need a moment to go. */
export async function removeControlGroups(name: string): Promise<void> {
  for (const folder of controlGroups(name)) {
    await waitUntil(() => removed(folder), { what: `the removal of ${folder}`, timeoutMs: 15_000 });
  }
}

function removed(folder: string): true {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removed(join(folder, entry.name));
  }
  rmdirSync(folder);
  return true;
}
