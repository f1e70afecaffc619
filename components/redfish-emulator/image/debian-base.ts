import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import type { BuildHost } from "../../../nodeimage/pipeline/build-host.ts";

const script = fileURLToPath(new URL("../scripts/make-debian-base.sh", import.meta.url));
const projectFolder = fileURLToPath(new URL("../../..", import.meta.url));
const repository = "localhost/edge-lab/redfish-emulator-base";

/** A base in two parts. */
export interface DebianBase {
  /** With npm, for the build. */
  readonly build: string;
  /** Without. */
  readonly runtime: string;
}

/**
 * A base image where no registry can be reached: the C library and a shell of Debian's packages, Node.js of this project's
 * packages, npm of this machine. Made once for each release of them; the engine keeps it.
 *
 * @throws ImageError with the last words of the program that failed.
 */
export async function debianBase(
  host: BuildHost,
  engine: "podman" | "docker",
  work: string,
  say: (line: string) => void,
): Promise<DebianBase> {
  const node = join(projectFolder, "node_modules/node/bin/node");
  const { output: version } = await host.run([node, "--version"], { timeOut: 60_000 });
  const key = createHash("sha256")
    .update(`${version} ${process.arch}\n`)
    .update(readFileSync(script))
    .digest("hex")
    .slice(0, 12);
  const base = { build: `${repository}:${key}-build`, runtime: `${repository}:${key}` };
  const found = await host.run([engine, "image", "inspect", base.build, base.runtime], { timeOut: 60_000 });
  if (found.code === 0) return base;
  say("making a base image of Debian's packages");
  const { code, output } = await host.run(
    ["sh", script, engine, join(work, "base"), node, base.runtime, base.build],
    {
      timeOut: 20 * 60_000,
    },
  );
  if (code !== 0)
    throw new ImageError(
      `a base image of Debian's packages could not be made:\n    ${output.trim().split("\n").slice(-8).join("\n    ")}`,
    );
  return base;
}
