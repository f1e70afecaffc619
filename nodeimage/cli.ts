/** `npm run nodeimage`: node images outside Pulumi, by the same code. */
import { join } from "node:path";
import { Command } from "commander";
import { kubernetesVersions } from "../components/versions.ts";
import { type DescribedImage, NodeImageCommands } from "./commands.ts";
import { ImageError } from "./description/image-error.ts";

const commands = new NodeImageCommands((line) => process.stdout.write(`${line}\n`));
const newest = kubernetesVersions[kubernetesVersions.length - 1] ?? "";

function described(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--kubernetes <version>", "the Kubernetes in the image", newest)
    .option("--folder <folder>", "Containerfile, vars.yaml and templates/", import.meta.dirname)
    .option("--base-image <reference>", "another base image than the one in components/versions.ts");
}

const program = new Command("npm run nodeimage --")
  .description("Renders and checks node images. What is in them: docs/node-image.md")
  .addCommand(
    described("render", "writes what would be built: the Containerfile and all files of the image")
      .option("--output <folder>", "where; replaced when it holds an earlier rendering")
      .action((options: DescribedImage & { readonly output?: string }) =>
        commands.render(options, options.output ?? join(".edge-lab", "node-images", "context")),
      ),
  )
  .addCommand(
    described("verify", "checks the description; or, with a file, the image against its checksum file")
      .argument("[image]", "an image file, with IMAGE.sha256 beside it")
      .action((file: string | undefined, options: DescribedImage) =>
        file === undefined ? commands.verifyDescription(options) : commands.verifyFile(file),
      ),
  );

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ImageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
