import type { Draft } from "../draft.ts";
import { type ParsedVersion, parsedVersion } from "../parsed-version.ts";
import type { Problem } from "../problem.ts";
import { builtVersions } from "../resolve/built-versions.ts";
import { largestKubeletSkew } from "../supported-kubernetes.ts";
import { type Check, problem } from "./check.ts";

type Role = "controlPlane" | "workers";

function newer(left: ParsedVersion, right: ParsedVersion): boolean {
  return (
    left.major * 1e6 + left.minor * 1e3 + left.patch > right.major * 1e6 + right.minor * 1e3 + right.patch
  );
}

function skewProblem(role: Role, image: string, version: string): { wrong: string; fix: string } | undefined {
  if (image === version) return undefined;
  const [inImage, asked] = [parsedVersion(image), parsedVersion(version)];
  if (inImage === undefined || asked === undefined) return undefined;
  const fix = `use an image with Kubernetes ${version}`;
  if (role === "controlPlane") {
    // kubeadm in the image sets up exactly its own version.
    return { wrong: `holds Kubernetes ${image}, and the control plane is to be ${version}`, fix };
  }
  if (newer(inImage, asked)) {
    return {
      wrong: `holds Kubernetes ${image}: workers must not be newer than the control plane (${version})`,
      fix,
    };
  }
  if (inImage.major === asked.major && asked.minor - inImage.minor <= largestKubeletSkew) return undefined;
  const most = `at most ${largestKubeletSkew} minor versions older than the control plane (${version})`;
  return { wrong: `holds Kubernetes ${image}: workers may be ${most}`, fix };
}

function roleProblems(draft: Draft, index: number, role: Role): Problem[] {
  const cluster = draft.clusters?.[index];
  if (cluster === undefined || (role === "workers" && (cluster.workers?.replicas ?? 0) === 0)) return [];
  const version = cluster.kubernetes?.version ?? draft.kubernetes?.version;
  const images = draft.nodeImage?.images;
  if (version === undefined || images === undefined) return [];
  const named = cluster.image?.[role];
  const name = named ?? version;
  const built = builtVersions(draft);
  if (!Object.hasOwn(images, name) && !built.includes(name)) {
    const path =
      named !== undefined
        ? ["clusters", index, "image", role]
        : cluster.kubernetes === undefined
          ? ["kubernetes", "version"]
          : ["clusters", index, "kubernetes", "version"];
    const known = [...Object.keys(images), ...built];
    const have = known.length === 0 ? "there are none yet" : `there are images for ${known.join(", ")}`;
    const wrong = `has no node image (cluster ${cluster.name ?? index})`;
    const build = draft.nodeImage?.build === undefined ? "" : ", or add it to nodeImage.build.kubernetes";
    return [
      problem(path, name, wrong, `${have}; use one of them or add nodeImage.images["${name}"]${build}`),
    ];
  }
  const found = skewProblem(role, images[name]?.version ?? name, version);
  if (found === undefined) return [];
  const path =
    named === undefined ? ["nodeImage", "images", name, "version"] : ["clusters", index, "image", role];
  return [problem(path, named ?? images[name]?.version, found.wrong, found.fix)];
}

/** Every cluster needs images of its version: control planes exactly it, workers none newer and none too old. */
export const clusterImages: Check = (draft) => {
  const all = (draft.clusters ?? []).flatMap((_, index) => [
    ...roleProblems(draft, index, "controlPlane"),
    ...roleProblems(draft, index, "workers"),
  ]);
  // Both roles usually miss the same image: say it once.
  const lines = new Map(all.map((found) => [`${found.path} ${found.wrong}`, found]));
  return [...lines.values()];
};
