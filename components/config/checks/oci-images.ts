import { manifests } from "../../versions.ts";
import type { Draft } from "../draft.ts";
import { parsedVersion } from "../parsed-version.ts";
import { type Check, problem } from "./check.ts";

/** The first minor version of CAPM3 that takes an image without a checksum when it is an OCI reference. */
const capm3WithOci = { major: 1, minor: 14 };

/**
 * An OCI reference brings its own checksum, and only goes through a CAPM3 that knows so: that of 1.13 demands one of every
 * image (api/v1beta2, Image.Validate).
 */
export const ociImages: Check = (draft) =>
  Object.entries(draft.nodeImage?.images ?? {}).flatMap(([name, image]) => {
    if (!image?.url?.startsWith("oci:")) return [];
    const path = ["nodeImage", "images", name];
    const { version, takes } = capm3(draft);
    if (!takes) {
      const wrong = `is an OCI reference, which CAPM3 ${version} refuses: it wants a checksum of every image`;
      const fix = `use http(s) and sha256, or CAPM3 v${capm3WithOci.major}.${capm3WithOci.minor} (versions.manifests.capm3)`;
      return [problem([...path, "url"], image.url, wrong, fix)];
    }
    if (image.sha256 === undefined) return [];
    const wrong = "belongs to no OCI reference, which names its content itself";
    return [problem([...path, "sha256"], image.sha256, wrong, "remove it; pin the reference by @sha256:…")];
  });

function capm3(draft: Draft): { readonly version: string; readonly takes: boolean } {
  const version = draft.versions?.manifests?.capm3?.version ?? manifests.capm3.version;
  const parsed = parsedVersion(version);
  if (parsed === undefined) return { version, takes: false };
  const { major, minor } = parsed;
  return { version, takes: major > capm3WithOci.major || (major === 1 && minor >= capm3WithOci.minor) };
}
