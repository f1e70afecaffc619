import * as pulumi from "@pulumi/pulumi";
import type { ImageConfig, LabConfig } from "../config/index.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { imageServer } from "./image-server.ts";
import { ImageSteps } from "./image-steps.ts";
import type { PlannedImage } from "./planned-images.ts";
import { serverUrl } from "./server-url.ts";

export interface NodeImageArgs {
  readonly config: Pick<LabConfig, "nodeImage" | "versions" | "await" | "infra">;
  readonly namespace: string;
  /** Images that are built; they stand in the configuration's images, too. */
  readonly built: readonly PlannedImage[];
}

/**
 * The operating-system images of a lab: which there are, the server for those that the infra cluster holds itself, and the
 * steps that build and publish them. A prebuilt image is its URL and checksum and needs no server.
 */
export class NodeImage extends pulumi.ComponentResource {
  /** By the names that clusters choose them by. */
  readonly images: Readonly<Record<string, ImageConfig>>;
  /** Where the image server answers bare machines; undefined when there is none. */
  readonly url: string | undefined;
  /** For dependsOn: the server, when there is one, with all that is built on it. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: NodeImageArgs, opts: pulumi.ComponentResourceOptions) {
    const { serve, images } = args.config.nodeImage;
    super("edge-lab:node-image:NodeImage", name, { serve }, opts);
    this.images = images;
    this.url = serve.enabled ? serverUrl(serve) : undefined;
    const server = serve.enabled ? this.declareServer(name, args) : [];
    if (args.built.length > 0) {
      const { config, namespace, built } = args;
      new ImageSteps(`${name}-steps`, { config, namespace, images: built, server }, { parent: this });
    }
    this.ready = [this];
    this.registerOutputs({ url: this.url });
  }

  private declareServer(name: string, { config, namespace }: NodeImageArgs): pulumi.Resource[] {
    const server = imageServer(config, namespace);
    const before = [
      new KubernetesObject(`${name}-config`, server.config, { parent: this }),
      new KubernetesObject(`${name}-volume`, server.volume, { parent: this }),
      new KubernetesObject(`${name}-service`, server.service, { parent: this }),
    ];
    const deployment = new KubernetesObject(`${name}-deployment`, server.deployment, {
      parent: this,
      dependsOn: before,
      customTimeouts: timeOuts({ apply: 15 }),
    });
    return [...before, deployment];
  }
}
