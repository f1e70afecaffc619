import { builtImageName } from "../image-build.ts";
import { builtVersions } from "../resolve/built-versions.ts";
import { type Check, problem } from "./check.ts";

/** Going back is to an image of the same version and format, for a version that would be built. */
export const usedImages: Check = (draft) => {
  const { build } = draft.nodeImage ?? {};
  if (build === undefined) return [];
  const built = builtVersions(draft);
  return Object.entries(build.use ?? {}).flatMap(([version, name]) => {
    const path = ["nodeImage", "build", "use", version];
    if (!built.includes(version)) {
      const known = built.length === 0 ? "none" : built.join(", ");
      return [problem(path, name, "is of a version that is not built", `built are: ${known}; remove it`)];
    }
    const [, inName] = builtImageName.exec(name ?? "") ?? [];
    if (inName === undefined || inName === version) return [];
    return [problem(path, name, `holds Kubernetes ${inName}`, `name an image of ${version}, or remove it`)];
  });
};
