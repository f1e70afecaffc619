import type { ImageInputs } from "./image-inputs.ts";

/** Names for people of the build arguments of our Containerfile. */
const named: Readonly<Record<string, string>> = {
  BASE_IMAGE: "base image",
  KUBERNETES_VERSION: "Kubernetes version",
  CRIO_PACKAGE: "CRI-O",
  EXTRA_PACKAGES: "packages",
  ENABLED_UNITS: "enabled units",
  MASKED_UNITS: "masked units",
};

/** What differs between two images' inputs, one phrase each. Pure. */
export function inputChanges(before: ImageInputs, after: ImageInputs): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (old === now) return [];
    const title = named[name] ?? name;
    const file = name.startsWith("/") || name === "Containerfile";
    if (old === undefined) return [file ? `${title} is new` : `${title}: ${shown(now)}`];
    if (now === undefined) return [`${title} is gone`];
    return [file ? `${title} changed` : `${title}: ${shown(old)} → ${shown(now)}`];
  });
}

function shown(value: string | undefined): string {
  return value === undefined || value === "" ? "none" : value;
}
