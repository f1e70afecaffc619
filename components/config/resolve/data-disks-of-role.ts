import type { HostConfig, HostRole } from "../host.ts";
import type { LabConfig } from "../lab.ts";

/** The further disks of a role's hosts. They are the same for all of them: Cluster API has one template for a role. */
export function dataDisksOfRole(config: Pick<LabConfig, "hosts">, role: HostRole): HostConfig["dataDisks"] {
  return config.hosts.find((host) => host.role === role)?.dataDisks ?? [];
}
