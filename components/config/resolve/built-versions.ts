/** What of a lab decides it: of a draft, whatever can be read. */
interface Builds {
  readonly kubernetes?: { readonly version?: string | undefined } | undefined;
  readonly clusters?:
    | readonly (
        | {
            readonly kubernetes?: { readonly version?: string | undefined } | undefined;
            readonly image?:
              | { readonly controlPlane?: string | undefined; readonly workers?: string | undefined }
              | undefined;
          }
        | undefined
      )[]
    | undefined;
  readonly nodeImage?:
    | {
        readonly images?: Readonly<Record<string, unknown>> | undefined;
        readonly build?: { readonly kubernetes?: readonly (string | undefined)[] | undefined } | undefined;
      }
    | undefined;
}

/**
 * The Kubernetes versions that the lab builds an image of, oldest name first. Pure. Without a list of its own: what clusters
 * use, by their version or by naming the image of another one, and no prebuilt image holds.
 */
export function builtVersions(lab: Builds): readonly string[] {
  const { build, images = {} } = lab.nodeImage ?? {};
  if (build === undefined) return [];
  if (build.kubernetes !== undefined) return sorted(build.kubernetes);
  const wanted = (lab.clusters ?? []).flatMap((cluster) => {
    const version = cluster?.kubernetes?.version ?? lab.kubernetes?.version;
    return [cluster?.image?.controlPlane ?? version, cluster?.image?.workers ?? version];
  });
  return sorted(wanted).filter((name) => /^v\d+\.\d+\.\d+$/.test(name) && !Object.hasOwn(images, name));
}

function sorted(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
