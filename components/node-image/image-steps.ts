import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { BuildJob, PublishJob } from "../../nodeimage/steps/step-jobs.ts";
import type { LabConfig } from "../config/index.ts";
import { imageReference } from "../kubernetes/image-reference.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { imageServerName } from "./image-server.ts";
import type { PlannedImage } from "./planned-images.ts";

export interface ImageStepsArgs {
  readonly config: Pick<LabConfig, "nodeImage" | "versions" | "infra">;
  readonly namespace: string;
  readonly images: readonly PlannedImage[];
  /** The image server, which what is built is published on. */
  readonly server: readonly pulumi.Resource[];
}

/** Hours that a container and a disk image may take together, and an upload. */
const longestMinutes = 5 * 60;

/**
 * Builds and publishes a lab's node images, by the code of `npm run nodeimage`. A step runs when what it depends on changes,
 * which the name of the image tells, and it finds by itself what an earlier run has left: so it can be run again at any time.
 * Nothing is undone when a step is deleted, since hosts may have the image.
 */
export class ImageSteps extends pulumi.ComponentResource {
  constructor(name: string, args: ImageStepsArgs, opts: pulumi.ComponentResourceOptions) {
    super("edge-lab:node-image:ImageSteps", name, { images: args.images.map((image) => image.name) }, opts);
    // One after the other: a build takes all of a machine, and the room of a whole disk image.
    const builds: Command[] = [];
    for (const { version, url, build } of args.images) {
      if (build === undefined) continue;
      const job = { url, image: build.job } satisfies BuildJob;
      const before = builds.slice(-1);
      builds.push(this.step(`${name}-build-${version}`, "build", job, [build.hash], before));
    }
    this.step(
      `${name}-publish`,
      "publish",
      publishJob(args),
      // Other storage is an empty one.
      [...args.images.map((image) => image.name), args.config.nodeImage.serve.storageClass],
      [...builds, ...args.server],
    );
    this.registerOutputs({});
  }

  private step(
    name: string,
    step: "build" | "publish",
    job: BuildJob | PublishJob,
    triggers: readonly string[],
    dependsOn: readonly pulumi.Resource[],
  ): Command {
    return new Command(
      name,
      {
        // exec: a time-out then ends the program itself and not just its shell.
        create: `exec node nodeimage/steps/cli.ts ${step}`,
        stdin: JSON.stringify(job),
        triggers: [...triggers],
        logging: "stderr",
        // A build's progress is too long for an environment.
        addPreviousOutputInEnv: false,
      },
      { parent: this, dependsOn: [...dependsOn], customTimeouts: timeOuts({ apply: longestMinutes }) },
    );
  }
}

function publishJob({ config, namespace, images }: ImageStepsArgs): PublishJob {
  const { serve, build } = config.nodeImage;
  const { kubeconfig, context } = config.infra;
  return {
    images: images.flatMap((image) => image.build?.job ?? []),
    used: images.flatMap(({ name, build: made }) => (made === undefined ? [name] : [])),
    target: {
      kubeconfig,
      context,
      namespace,
      server: imageServerName,
      address: serve.address,
      uploadPort: build?.uploadPort ?? 0,
      writer: imageReference(config, "image-writer"),
      keep: build?.keep ?? 0,
    },
  };
}
