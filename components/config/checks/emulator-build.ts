import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** The image is either built or given, and settings of the build go together. */
export const emulatorBuild: Check = (draft) => {
  const { build, image } = draft.emulator ?? {};
  if (build === undefined) return [];
  const at = (...rest: readonly string[]) => ["emulator", "build", ...rest];
  const problems: Problem[] = [];
  if (image !== undefined) {
    const wrong = "is given, and emulator.build would build one";
    problems.push(problem(["emulator", "image"], image, wrong, "remove one of the two"));
  }
  const { to, repository } = build.deliver ?? {};
  if (to === "registry" && repository === undefined) {
    const fix = "write REGISTRY/NAME, such as registry.example.org/lab/redfish-emulator";
    problems.push(
      problem(at("deliver", "repository"), undefined, "is missing, and deliver.to is registry", fix),
    );
  }
  if (to !== "registry" && repository !== undefined) {
    const wrong = `is only for deliver.to: registry, and it is ${to}`;
    problems.push(
      problem(at("deliver", "repository"), repository, wrong, "remove it, or set deliver.to: registry"),
    );
  }
  if (build.base === "debian" && build.ssh !== undefined) {
    const wrong = "is made where Pulumi runs, and emulator.build.ssh builds elsewhere";
    problems.push(problem(at("base"), build.base, wrong, "remove ssh, or name an image"));
  }
  return problems;
};
