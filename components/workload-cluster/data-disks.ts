import type { HostConfig } from "../config/index.ts";
import type { KubeadmConfigSpec } from "./kubeadm-types.ts";

type DataDisk = HostConfig["dataDisks"][number];

/**
 * cloud-init's disk settings for the further disks of a role's hosts. Pure.
 *
 * A disk is partitioned and formatted only when it holds nothing (`overwrite: false`), so data outlives a rebuild of the
 * machine. It is mounted by label, since device names may change, and `nofail` lets a node start without it.
 */
export function dataDisks(disks: readonly DataDisk[]): Pick<KubeadmConfigSpec, "diskSetup" | "mounts"> {
  if (disks.length === 0) return {};
  return {
    diskSetup: {
      partitions: disks.map(({ device }) => ({ device, layout: true, overwrite: false, tableType: "gpt" })),
      filesystems: disks.map(({ device, filesystem, label }) => ({
        device,
        filesystem,
        label,
        partition: "auto",
        overwrite: false,
      })),
    },
    mounts: disks.map(({ filesystem, label, mountPath }) => [
      `LABEL=${label}`,
      mountPath,
      filesystem,
      "defaults,nofail",
    ]),
  };
}
