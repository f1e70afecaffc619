import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { timeOuts } from "../../kubernetes/time-outs.ts";
import type { ImageJob } from "./image-job.ts";

/** Of a build and a delivery. */
const longestMinutes = 60;

/**
 * The emulator's image, built from this repository and brought to the infra node. The step runs when the image's content or its
 * way to the node changes, and finds by itself what is there already, so it can be run again at any time. Nothing is undone when
 * it is deleted: the pod may still run.
 */
export class EmulatorImage extends pulumi.ComponentResource {
  readonly reference: string;

  constructor(name: string, job: ImageJob, opts: pulumi.ComponentResourceOptions) {
    const { reference, deliver, hash } = job;
    super("edge-lab:redfish-emulator:EmulatorImage", name, { reference }, opts);
    this.reference = reference;
    new Command(
      `${name}-build`,
      {
        // exec: a time-out then ends the program itself and not just its shell.
        create: "exec node components/redfish-emulator/scripts/build-image.ts",
        stdin: JSON.stringify(job),
        // Where it is delivered to: another node has none.
        triggers: [hash, deliver.to, deliver.ssh ?? "", deliver.socket, reference],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: timeOuts({ apply: longestMinutes }) },
    );
    this.registerOutputs({ reference });
  }
}
