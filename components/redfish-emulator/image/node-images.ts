import type { Readable } from "node:stream";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import { BuildHost } from "../../../nodeimage/pipeline/build-host.ts";
import type { ImageJob } from "./image-job.ts";

const minute = 60_000;
/** containerd's CRI plugin and k3s keep an image with this label, whatever room the kubelet looks for. */
const pin = "io.cri-containerd.pinned";

/** The images of the infra node's container runtime. */
export class NodeImages {
  readonly #host: BuildHost;
  readonly #ctr: readonly string[];

  constructor({ to, socket, ssh, sudo }: ImageJob["deliver"], signal?: AbortSignal) {
    this.#host = new BuildHost({ ssh, sudo }, signal);
    const ctr = to === "k3s" ? ["k3s", "ctr"] : ["ctr", "--address", socket];
    // Where the kubelet's images are.
    this.#ctr = [...ctr, "--namespace", "k8s.io", "images"];
  }

  /** For people. */
  get name(): string {
    return this.#host.name;
  }

  async has(reference: string): Promise<boolean> {
    const names = await this.#run(["ls", "--quiet"]);
    return names.split("\n").includes(reference);
  }

  /** Imports an archive, keeps the image from the kubelet's cleaning, and gives it its older ones. */
  async import(reference: string, archive: Readable): Promise<void> {
    await this.#run(["import", "-"], archive);
    const repository = reference.replace(/:[^:/]*$/, "");
    for (const name of (await this.#run(["ls", "--quiet"])).split("\n")) {
      if (name === reference) await this.#run(["label", name, `${pin}=pinned`]);
      else if (name.startsWith(`${repository}:`)) await this.#run(["label", name, `${pin}=`]);
    }
  }

  async #run(args: readonly string[], input?: Readable): Promise<string> {
    const argv = [...this.#ctr, ...args];
    const { code, output } = await this.#host.run(argv, {
      timeOut: 15 * minute,
      ...(input === undefined ? {} : { input }),
    });
    if (code === 0) return output;
    const why =
      code === 127 ? "is not there: emulator.build.deliver says how the infra node is reached" : "failed";
    throw new ImageError(`"${argv.join(" ")}" on ${this.name} ${why}:\n    ${output.trim()}`);
  }
}
