import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import { BuildHost, type RunOptions } from "../../../nodeimage/pipeline/build-host.ts";
import { failureHint } from "../../../nodeimage/pipeline/failure-hint.ts";
import { buildContext } from "./build-context.ts";
import { debianBase } from "./debian-base.ts";
import type { ImageJob } from "./image-job.ts";
import { NodeImages } from "./node-images.ts";

export interface BuildOptions {
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const minute = 60_000;
const projectFolder = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Builds the emulator's image and brings it to where the infra node takes it from, unless it is there already.
 * @throws ImageError that says which step failed, where, with the last words of its program and, if known, what to do.
 */
export async function buildImage(job: ImageJob, { say, signal }: BuildOptions): Promise<void> {
  const { reference, build, deliver } = job;
  const host = new BuildHost(build, signal);
  const node = deliver.to === "registry" ? undefined : new NodeImages(deliver, signal);
  if (await node?.has(reference)) {
    say(`${reference}: the node has it already, nothing is built`);
    return;
  }
  const work = join(build.workFolder, job.hash);
  const run = async (what: string, argv: readonly string[], options: Partial<RunOptions> = {}) => {
    say(`${what}, on ${host.name}`);
    const { code, output } = await host.run(argv, { timeOut: 30 * minute, ...options });
    if (code !== 0) throw failed(`${what} on ${host.name}`, output);
  };
  try {
    await run("copying the sources", ["mkdir", "-p", join(work, "context")]);
    const sources = packed(buildContext(projectFolder).files);
    await run("unpacking them", ["tar", "--extract", "--directory", join(work, "context")], {
      input: sources,
    });
    const base =
      build.base === "debian" ? await debianBase(host, build.engine, work, say) : { build: build.base };
    await run("building the image", buildCommand(job, base, join(work, "context")));
    if (node === undefined) {
      await run("pushing the image", [build.engine, "push", reference]);
      return;
    }
    const archive = join(work, "image.tar");
    await run("saving the image", [build.engine, "save", "--output", archive, reference]);
    say(`importing it into the node's container runtime, on ${node.name}`);
    await node.import(reference, host.read(archive, 0));
  } finally {
    // The engine keeps its layers, for the next build.
    await new BuildHost(build).run(["rm", "-rf", work], { timeOut: minute }).catch(() => undefined);
  }
  say(`${reference}: the node has it`);
}

function buildCommand(
  { reference, build }: ImageJob,
  base: { build: string; runtime?: string },
  context: string,
): string[] {
  const { engine, caFile } = build;
  const inside = "/etc/edge-lab-build-authorities.pem";
  // docker's build knows no volumes: there the authorities belong into the base image.
  const trust =
    caFile === undefined || engine === "docker"
      ? []
      : ["--volume", `${caFile}:${inside}:ro`, "--build-arg", `NODE_EXTRA_CA_CERTS=${inside}`];
  const runtime = base.runtime === undefined ? [] : ["--build-arg", `RUNTIME=${base.runtime}`];
  return [
    ...[engine, "build", "--file", `${context}/emulator/Containerfile`, "--tag", reference],
    ...["--build-arg", `BASE=${base.build}`, ...runtime, ...trust],
    context,
  ];
}

/** Files of the project as an archive. */
function packed(files: readonly string[]) {
  const args = ["--create", "--owner=0", "--group=0", "--mode=a+rX,go-w", "--directory", projectFolder];
  const tar = spawn("tar", [...args, "--", ...files], { stdio: ["ignore", "pipe", "inherit"] });
  tar.on("error", (error) => tar.stdout.destroy(error));
  return tar.stdout;
}

function failed(what: string, output: string): ImageError {
  const words = output
    .trimEnd()
    .split("\n")
    .slice(-12)
    .map((line) => `    ${line}`);
  const hint = failureHint(output);
  return new ImageError(`${what} failed${hint === undefined ? "" : ` (${hint})`}:\n${words.join("\n")}`);
}
