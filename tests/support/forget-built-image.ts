import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes what the build of a node image has left on the machine that built it, beside the lab: the container image in podman,
 * and the build's logs.
 *
 * @param name the image's file name, with the hash that is its container image's tag.
 */
export function forgetBuiltImage(projectDir: string, name: string): void {
  const tag = `localhost/edge-lab/node-image:${/-([0-9a-f]{12})\./.exec(name)?.[1]}`;
  spawnSync("podman", ["image", "rm", "--force", tag], { timeout: 60_000 });
  rmSync(join(projectDir, ".edge-lab", "node-images", name), { recursive: true, force: true });
}
