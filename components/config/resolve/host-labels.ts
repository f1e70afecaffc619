import type { HostConfig } from "../host.ts";

/** The label by which Metal3MachineTemplates select hosts; its value is the host's role. */
export const roleLabel = "edge-lab/role";

/** Labels of a host's BareMetalHost: the user's and its role. */
export function hostLabels(host: Pick<HostConfig, "labels" | "role">): Record<string, string> {
  return { ...host.labels, [roleLabel]: host.role };
}
