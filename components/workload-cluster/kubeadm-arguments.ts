import type { KubeadmArgument } from "./kubeadm-types.ts";

/** Flags as v1beta2 wants them: a list, in a fixed order so that the template's name does not depend on how they were written. */
export function kubeadmArguments(flags: Readonly<Record<string, string>>): readonly KubeadmArgument[] {
  return Object.entries(flags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value }));
}
