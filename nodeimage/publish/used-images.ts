import { z } from "zod";

/** The part of hosts, machines and templates that names an image. */
const image = z.object({ url: z.string().optional() }).nullish();
const user = z.object({
  spec: z
    .object({
      image,
      template: z.object({ spec: z.object({ image }).nullish() }).nullish(),
    })
    .nullish(),
  status: z.object({ provisioning: z.object({ image }).nullish() }).nullish(),
});

/**
 * File names of the images that objects have: BareMetalHosts (wanted, and written), Metal3Machines, Metal3MachineTemplates.
 * Pure. By the name alone, since a server may be reached by several addresses; a name is one content.
 */
export function usedImages(objects: readonly unknown[]): ReadonlySet<string> {
  const urls = objects.flatMap((object) => {
    const { spec, status } = user.parse(object);
    return [spec?.image?.url, spec?.template?.spec?.image?.url, status?.provisioning?.image?.url];
  });
  return new Set(
    urls.flatMap((url) =>
      url
        ? [
            url
              .replace(/[?#].*$/, "")
              .split("/")
              .at(-1) ?? "",
          ]
        : [],
    ),
  );
}
