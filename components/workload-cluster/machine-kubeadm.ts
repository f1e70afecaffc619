import type { ClusterConfig, HostConfig, HostRole } from "../config/index.ts";
import { dataDisks } from "./data-disks.ts";
import type { KubeadmConfigSpec } from "./kubeadm-types.ts";
import { nodeFiles } from "./node-files.ts";

/**
 * What every machine of a role has in its KubeadmConfigSpec, control plane or worker: disks, users, time, files, kernel
 * settings, the user's own commands. Pure.
 *
 * @param disks further disks of the role's hosts; the configuration makes sure that they are the same on all of them.
 */
export function machineKubeadm(
  cluster: Pick<ClusterConfig, "kubeadm" | "users" | "ntp" | "files" | "sysctls" | "registryMirrors">,
  role: HostRole,
  disks: HostConfig["dataDisks"],
): Omit<KubeadmConfigSpec, "joinConfiguration"> {
  const { files, commands } = nodeFiles(cluster, role);
  const { postKubeadmCommands } = cluster.kubeadm;
  const preKubeadmCommands = [...commands, ...cluster.kubeadm.preKubeadmCommands];
  const users = cluster.users.map((user) => ({
    name: user.name,
    lockPassword: true,
    shell: "/bin/bash",
    ...(user.sudo ? { sudo: "ALL=(ALL) NOPASSWD:ALL" } : {}),
    ...(user.sshAuthorizedKeys.length === 0 ? {} : { sshAuthorizedKeys: user.sshAuthorizedKeys }),
  }));
  return {
    ...dataDisks(disks),
    ...(users.length === 0 ? {} : { users }),
    ...(cluster.ntp.length === 0 ? {} : { ntp: { enabled: true, servers: cluster.ntp } }),
    // Empty lists are left out: Cluster API refuses them ("should have at least 1 items").
    ...(files.length === 0 ? {} : { files }),
    ...(preKubeadmCommands.length === 0 ? {} : { preKubeadmCommands }),
    ...(postKubeadmCommands.length === 0 ? {} : { postKubeadmCommands }),
  };
}
