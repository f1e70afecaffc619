import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { parseManifest } from "../../components/manifests/parse-manifest.ts";
import { type ControllerTool, controllerImages, controllerTools } from "../../sim/controllers.ts";
import { repositoryOf } from "../../sim/standins/pods/container-command.ts";
import { renderModuleManifests } from "../../tools/manifests/module-manifests.ts";
import { resolveTools } from "../../tools/resolver.ts";
import { importProgramImage } from "../node/machine/container-image.ts";

/** A container of a release manifest's Deployment. */
interface DeclaredContainer {
  readonly image: string;
  readonly command: readonly string[];
}

/**
 * The controllers of Metal3 and Cluster API under the names that their release manifests pull, each an image of the one
 * program that was built from its pinned module, at the place where the manifest starts it.
 * @param folder scratch.
 * @returns the images' references.
 */
export async function importControllerImages(ctr: readonly string[], folder: string): Promise<string[]> {
  const tools = await resolveTools([...controllerTools], {
    notFromPath: "pods run exactly the pinned versions",
  });
  const programs = Object.fromEntries(tools.map(({ name, path }) => [name, path]));
  const known = controllerImages(programs as Readonly<Record<ControllerTool, string>>);
  const containers = await declaredContainers();
  const references: string[] = [];
  for (const { repository, command: program } of known) {
    const container = containers.find(({ image }) => repositoryOf(image) === repository);
    if (!container) throw new Error(`no manifest has a container of the image ${repository}`);
    const file = basename(container.command[0] ?? "");
    // As in the images of the releases: the baremetal-operator keeps Ironic's certificates there.
    mkdirSync(join(folder, "tmp"), { recursive: true });
    chmodSync(join(folder, "tmp"), 0o1777);
    copyFileSync(program, join(folder, file));
    const image = { reference: container.image, program: { folder, file }, beside: ["tmp"] };
    await importProgramImage(image, ctr);
    rmSync(folder, { recursive: true });
    references.push(container.image);
  }
  return references;
}

async function declaredContainers(): Promise<DeclaredContainer[]> {
  const { files } = await renderModuleManifests({ scope: "complete" });
  return Object.values(files).flatMap((file) =>
    parseManifest(readFileSync(file, "utf8"), file)
      .filter(({ kind }) => kind === "Deployment")
      .flatMap(({ spec }) => {
        const { template } = spec as { template: { spec: { containers: DeclaredContainer[] } } };
        return template.spec.containers;
      }),
  );
}
