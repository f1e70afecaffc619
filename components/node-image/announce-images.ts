import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { isPublished } from "../../nodeimage/steps/is-published.ts";
import { type EarlierImage, imageNews } from "./image-news.ts";
import type { PlannedImage } from "./planned-images.ts";

const timeOutMs = 3000;
const record = z.object({ inputs: z.record(z.string(), z.string()) });
const outputs = z.object({
  outputs: z.object({
    nodeImageUrl: z.string().optional(),
    nodeImages: z.record(z.string(), z.string()).default({}),
  }),
});

/**
 * Says in a preview what will become of each image that is built. The stack's outputs tell which image there was, the record
 * beside it on the image server what it was made of. Nothing depends on either: without them the preview is the same, and this
 * says less.
 */
export async function announceImages(images: readonly PlannedImage[]): Promise<void> {
  if (images.length === 0 || !pulumi.runtime.isDryRun()) return;
  const before = await earlierUrls();
  // Beside each other: a server that does not answer takes its time for every question.
  const news = await Promise.all(
    images.map(async (image) => {
      const url = before.nodeImages[image.version] ?? before.nodeImageUrl;
      const earlier = url === undefined ? undefined : await earlierImage(url);
      const published = earlier?.name !== image.name && (await isPublished(image.url, undefined, timeOutMs));
      return imageNews(image, { earlier, published });
    }),
  );
  for (const line of news) await pulumi.log.info(line);
}

/** Of this stack's last update; none of a stack that has not had one. */
async function earlierUrls(): Promise<z.output<typeof outputs>["outputs"]> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  // The engine's own function behind StackReference, which would be a resource of the stack.
  const answer: unknown = await pulumi.runtime
    .invoke("pulumi:pulumi:readStackOutputs", { name })
    .catch(() => ({}));
  const read = outputs.safeParse(answer);
  return read.success ? read.data.outputs : { nodeImages: {} };
}

async function earlierImage(url: string): Promise<EarlierImage> {
  const name = url.split("/").at(-1) ?? url;
  const answer = await recordAt(`${url}.json`);
  if (!answer.ok) return { name, inputs: { unknown: answer.why } };
  const read = record.safeParse(answer.value);
  return { name, inputs: read.success ? read.data.inputs : { unknown: "it has no record beside it" } };
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

async function recordAt(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeOutMs) });
    const text = await response.text();
    if (!response.ok) return { ok: false, why: `the image server answers ${response.status}` };
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, why: "the image server does not answer" };
  }
}
