/** `npm run nodeimage`: node images outside Pulumi, by the same code. */
import { join } from "node:path";
import { Command, Option } from "commander";
import { kubernetesVersions } from "../components/versions.ts";
import { NodeImageCommands, type PublishTarget } from "./commands.ts";
import type { DescribedImage } from "./description/described-image.ts";
import { ImageError } from "./description/image-error.ts";
import type { BuildPlace } from "./pipeline/image-build-at.ts";

const commands = new NodeImageCommands((line) => process.stdout.write(`${line}\n`));
const newest = kubernetesVersions[kubernetesVersions.length - 1] ?? "";
/** Of this machine: logs, rendered contexts. */
const local = join(import.meta.dirname, "..", ".edge-lab", "node-images");
const stop = new AbortController();

function described(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--kubernetes <version>", "the Kubernetes in the image", newest)
    .option("--folder <folder>", "Containerfile, vars.yaml and templates/", import.meta.dirname)
    .option("--base-image <reference>", "another base image than the one in components/versions.ts")
    .option(
      "--maker <maker>",
      "what makes the disk image: bootc, image-builder, or a program of yours",
      "bootc",
    )
    .addOption(new Option("--format <format>", "of the disk image").choices(["raw", "qcow2"]).default("raw"))
    .option("--size <size>", "of the disk; the root grows to the machine's own", "10Gi");
}

const program = new Command("npm run nodeimage --")
  .description("Renders, builds, publishes and checks node images. What is in them: docs/node-image.md")
  .addCommand(
    described("render", "writes what would be built: the Containerfile and all files of the image")
      .option(
        "--output <folder>",
        "where; replaced when it holds an earlier rendering",
        join(local, "context"),
      )
      .action((options: DescribedImage & { readonly output: string }) =>
        commands.render(options, options.output),
      ),
  )
  .addCommand(
    described("build", "builds the disk image, or what is missing of it")
      .addOption(
        new Option("--engine <engine>", "container engine").choices(["podman", "docker"]).default("podman"),
      )
      .option("--ssh <target>", "build there, by SSH, in the place of this machine")
      .option("--sudo", "run everything by sudo, which must not ask", false)
      .option("--work <folder>", "absolute folder on the building machine", "/var/tmp/edge-lab-node-images")
      .action(async (options: DescribedImage & BuildPlace) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
        await commands.build(options, options, local, stop.signal);
      }),
  )
  .addCommand(
    new Command("publish")
      .description(
        "brings an image file into the image server of a lab, then removes old ones that nothing uses",
      )
      .argument("<image>", "an image file, with IMAGE.sha256 beside it")
      .requiredOption("--kubeconfig <file>", "of the infra cluster")
      .option("--context <name>", "in the kubeconfig")
      .requiredOption("--address <address>", "of the infra node, as nodeImage.serve.address")
      .option("--upload-port <port>", "a free port on the infra node for as long as it takes", "8089")
      .option("--keep <count>", "old images that are kept for going back", "2")
      .action((file: string, options: PublishTarget) => commands.publish(file, options)),
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
  if (!(error instanceof ImageError) && !stop.signal.aborted) throw error;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
