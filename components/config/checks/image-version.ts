import { parsedVersion } from "../parsed-version.ts";
import { type Check, problem } from "./check.ts";

/** Each image says which Kubernetes is in it, by its name or its `version`. */
export const imageVersion: Check = (draft) =>
  Object.entries(draft.nodeImage?.images ?? {}).flatMap(([name, image]) => {
    if (image === undefined || image.version !== undefined || parsedVersion(name) !== undefined) return [];
    const fix = "add version: vMAJOR.MINOR.PATCH to the entry, or name the entry so";
    return [problem(["nodeImage", "images", name], name, "does not say which Kubernetes is in it", fix)];
  });
