import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { KubernetesVersion } from "../../components/versions.ts";
import { NodeImageCommands } from "../../nodeimage/commands.ts";
import { debianBase } from "./debian-base.ts";
import { kubeletImage } from "./kubelet-image.ts";

const fixture = join(import.meta.dirname, "fixture");
const nodeimage = join(import.meta.dirname, "../../nodeimage");

/** Bytes of the disk image. The machine's own disk is bigger. */
export const imageBytes = 1024 ** 3;

/** A disk image that was built, and what of it is still in podman. */
export interface FixtureImage {
  readonly path: string;
  readonly sha256: string;
  /** Containers that its build has left; none is right. */
  readonly containers: readonly string[];
  /** Removes what was made in podman, but the base, which is a cache. */
  remove(): Promise<void>;
}

/**
 * Builds the node image of nodeimage/ by its own code: its templates, its pipeline, its commands. The fixture's are the base
 * image, the Containerfile, the values of the variables and the disk maker.
 *
 * @param folder scratch; everything on disk is below it.
 */
export async function fixtureImage(version: KubernetesVersion, folder: string): Promise<FixtureImage> {
  const description = join(folder, "description");
  mkdirSync(description, { recursive: true });
  cpSync(join(nodeimage, "templates"), join(description, "templates"), { recursive: true });
  for (const name of ["Containerfile", "vars.yaml"]) cpSync(join(fixture, name), join(description, name));
  const [baseImage, kubelet] = [await debianBase(), await kubeletImage(version)];

  const tags = new Set([kubelet]);
  const lines: string[] = [];
  const commands = new NodeImageCommands((line) => {
    lines.push(line);
    for (const tag of line.match(/localhost\/edge-lab\/node-image:[0-9a-f]{12}/g) ?? []) tags.add(tag);
  });
  const remove = async (): Promise<void> => {
    await execa("podman", ["image", "rm", "--force", ...tags], { reject: false, timeout: 300_000 });
  };
  // RUN without a container runtime, which refuses a machine with both kinds of control groups or without some privileges.
  process.env.BUILDAH_ISOLATION ??= "chroot";
  try {
    const image = {
      kubernetes: version,
      folder: description,
      baseImage,
      maker: join(fixture, "rootfs-maker"),
      format: "raw",
      size: `${imageBytes / 1024 ** 3}Gi`,
    } as const;
    const place = { engine: "podman", sudo: false, work: join(folder, "images") } as const;
    const { path, sha256 } = await commands.build(image, place, join(folder, "local"));
    await commands.verifyFile(path);
    const ancestors = [...tags].flatMap((tag) => ["--filter", `ancestor=${tag}`]);
    const { stdout } = await execa("podman", ["ps", "--all", "--quiet", ...ancestors], { timeout: 60_000 });
    return { path, sha256, containers: stdout.split("\n").filter((line) => line !== ""), remove };
  } catch (error) {
    await remove();
    throw new Error(
      `the fixture's image was not built: ${error instanceof Error ? error.message : ""}\n${lines.slice(-30).join("\n")}`,
      { cause: error },
    );
  }
}
