import { ApiException, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import type { ImageStore } from "./image-store.ts";
import { removableImages } from "./removable-images.ts";
import { type ImageSource, type UploadOptions, uploadImage } from "./upload-image.ts";
import { usedImages } from "./used-images.ts";
import type { WriterPlace } from "./writer-objects.ts";
import { type SessionOptions, withWriter } from "./writer-session.ts";

/** Which old images stay. */
export interface Keeping {
  readonly kubeconfig: KubeConfig;
  /** How many old images that nothing uses are kept, for going back. */
  readonly keep: number;
  /** Names of images that are to stay. */
  readonly declared: ReadonlySet<string>;
}

export interface Publication extends Omit<Keeping, "declared"> {
  readonly place: WriterPlace;
  readonly image: ImageSource;
}

/** Objects that name images, in every namespace. */
const kinds = [
  { group: "metal3.io", version: "v1alpha1", plural: "baremetalhosts" },
  { group: "infrastructure.cluster.x-k8s.io", version: "v1beta2", plural: "metal3machines" },
  { group: "infrastructure.cluster.x-k8s.io", version: "v1beta2", plural: "metal3machinetemplates" },
];

/**
 * Brings an image into the image server's volume, then removes old ones that nothing uses.
 * @throws ImageError when the image is not published.
 */
export async function publishImage(
  publication: Publication,
  options: SessionOptions & UploadOptions,
): Promise<void> {
  const { kubeconfig, place, image, keep } = publication;
  await withWriter(kubeconfig, place, options, async (store) => {
    await uploadImage(store, image, options);
    await removeOldImages(store, { kubeconfig, keep, declared: new Set([image.name]) }, options.say);
  });
}

/** Removes old images that nothing uses. That it fails is said, and is no failure. */
export async function removeOldImages(
  store: ImageStore,
  keeping: Keeping,
  say: (line: string) => void,
): Promise<void> {
  try {
    await removeOld(store, keeping, say);
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    say(`old images were left alone: ${why}`);
  }
}

/** Asks what is in use before anything goes: when that is not known, nothing does. */
async function removeOld(store: ImageStore, keeping: Keeping, say: (line: string) => void): Promise<void> {
  const { kubeconfig, keep, declared } = keeping;
  const api = kubeconfig.makeApiClient(CustomObjectsApi);
  const objects = await Promise.all(kinds.map((kind) => listed(api, kind)));
  const use = { declared, inUse: usedImages(objects.flat()), keep };
  const { published } = await store.list();
  for (const name of removableImages(published, use)) {
    await store.remove(name);
    say(`${name}: removed, nothing uses it`);
  }
}

async function listed(api: CustomObjectsApi, kind: (typeof kinds)[number]): Promise<readonly unknown[]> {
  try {
    const { items }: { items?: unknown[] } = await api.listClusterCustomObject({
      ...kind,
      timeoutSeconds: 30,
    });
    return items ?? [];
  } catch (error) {
    // A cluster without Metal3 has no such objects.
    if (error instanceof ApiException && error.code === 404) return [];
    throw error;
  }
}
