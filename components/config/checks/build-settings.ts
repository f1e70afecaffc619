import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** A build needs a place to publish to, and settings that go together. */
export const buildSettings: Check = (draft) => {
  const { build, serve, images = {} } = draft.nodeImage ?? {};
  if (build === undefined) return [];
  const path = (...rest: readonly (string | number)[]) => ["nodeImage", "build", ...rest];
  const problems: Problem[] = [];
  if (serve?.enabled === false) {
    const wrong = "has no image server to publish images on";
    problems.push(
      problem(path(), undefined, wrong, "remove nodeImage.serve.enabled: false, or use nodeImage.images"),
    );
  }
  if (build.engine === "docker" && build.maker === "image-builder") {
    const wrong = "reads the image from podman's storage, and the engine is docker";
    problems.push(problem(path("maker"), build.maker, wrong, "use engine: podman, or the maker bootc"));
  }
  for (const [index, version] of (build.kubernetes ?? []).entries()) {
    if (version === undefined || !Object.hasOwn(images, version)) continue;
    const wrong = `is built, and nodeImage.images["${version}"] is a prebuilt one of the same name`;
    problems.push(problem(path("kubernetes", index), version, wrong, "remove one of the two"));
  }
  return problems;
};
