import { infraKubeconfig } from "../../components/workload-cluster/infra-kubeconfig.ts";
import { ImageError } from "../description/image-error.ts";
import type { PlacedBuild } from "../pipeline/image-build-at.ts";
import type { ImageStore } from "../publish/image-store.ts";
import { removeOldImages } from "../publish/publish-image.ts";
import { uploadImage } from "../publish/upload-image.ts";
import { withWriter } from "../publish/writer-session.ts";
import { plannedBuild, type StepOptions } from "./build-step.ts";
import type { PublishJob } from "./step-jobs.ts";

/**
 * Brings all images of a lab onto its image server, in one session of its writer; builds what is not there and not built.
 * What is published already is left alone. Afterwards old images go that nothing uses.
 *
 * @throws ImageError when an image is not published, or one that is to be used again is gone. Machines are then not touched.
 */
export async function publishStep(job: PublishJob, options: StepOptions): Promise<void> {
  const { target, images, used } = job;
  const { namespace, server, address, uploadPort: port, writer: image, keep } = target;
  const builds = images.map((one) => ({ ...plannedBuild(one, options), inputs: one.inputs }));
  const kubeconfig = infraKubeconfig({ kubeconfig: target.kubeconfig, context: target.context });
  const place = { namespace, server, address, port, image };
  await withWriter(kubeconfig, place, options, async (store) => {
    for (const name of used) await checkUsed(store, name);
    for (const one of builds) await publish(store, one, options);
    const declared = new Set([...used, ...images.map(({ name }) => name)]);
    await removeOldImages(store, { kubeconfig, keep, declared }, options.say);
  });
  // The building machine needs the room for the next one; of the container all layers stay.
  for (const { build } of builds) await build.forget();
}

async function publish(
  store: ImageStore,
  {
    plan: { name },
    build,
    host,
    inputs,
  }: PlacedBuild & { readonly inputs: Readonly<Record<string, string>> },
  options: StepOptions,
): Promise<void> {
  if ((await store.state(name)).state === "published") {
    options.say(`${name}: published already`);
    return;
  }
  const { path, size, sha256 } = await build.build();
  const read = (offset: number) => host.read(path, offset);
  await uploadImage(store, { name, size, sha256, record: { inputs }, read }, options);
}

async function checkUsed(store: ImageStore, name: string): Promise<void> {
  if ((await store.state(name)).state === "published") return;
  const { published } = await store.list();
  const have = published.map((one) => one.name).join(", ");
  throw new ImageError(
    `nodeImage.build.use names ${name}, which the image server does not have any more; it has ${have || "none"}. ` +
      "Name one of these, or leave it out and the image is built",
  );
}
