import type { ClusterConfig, HostRole } from "../config/index.ts";
import type { KubeadmFile } from "./kubeadm-types.ts";

/** Files that cloud-init writes on a machine, and the commands that put them into effect. */
export interface NodeFiles {
  readonly files: readonly KubeadmFile[];
  readonly commands: readonly string[];
}

/** After the image's own (90-), so that a cluster's values win. */
const sysctlFile = "/etc/sysctl.d/95-edge-lab-cluster.conf";
const mirrorFile = "/etc/containers/registries.conf.d/50-edge-lab-mirrors.conf";

/**
 * What a cluster writes on its machines of a role: kernel settings, registry mirrors, the user's own files. Pure.
 *
 * cloud-init writes files when systemd has long read the image's: so kernel settings are loaded by a command, and CRI-O is
 * told to read its registries again, before kubeadm pulls the first image.
 */
export function nodeFiles(
  cluster: Pick<ClusterConfig, "files" | "sysctls" | "registryMirrors">,
  role: HostRole,
): NodeFiles {
  const owned = { owner: "root:root", permissions: "0644" };
  const settings = Object.entries(cluster.sysctls).sort(([a], [b]) => (a < b ? -1 : 1));
  const sysctls = settings.map(([name, value]) => `${name} = ${value}\n`).join("");
  const mirrors = cluster.registryMirrors.map(mirrorTable).join("\n");
  return {
    files: [
      ...(sysctls === "" ? [] : [{ path: sysctlFile, ...owned, content: sysctls }]),
      ...(mirrors === "" ? [] : [{ path: mirrorFile, ...owned, content: mirrors }]),
      ...cluster.files
        .filter(({ roles }) => roles === undefined || roles.includes(role))
        .map(({ path, content, permissions, owner }) => ({ path, owner, permissions, content })),
    ],
    commands: [
      ...(sysctls === "" ? [] : [`sysctl --load=${sysctlFile}`]),
      ...(mirrors === "" ? [] : ["systemctl try-reload-or-restart crio.service"]),
    ],
  };
}

/** A registry of containers-registries.conf(5), version 2. The schema leaves no quote in any of the names. */
function mirrorTable({ registry, mirrors, insecure }: ClusterConfig["registryMirrors"][number]): string {
  const head = `[[registry]]\nprefix = "${registry}"\nlocation = "${registry}"\n`;
  const tables = mirrors.map(
    (location) => `\n[[registry.mirror]]\nlocation = "${location}"\ninsecure = ${insecure}\n`,
  );
  return head + tables.join("");
}
