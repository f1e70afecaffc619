import type { CloudConfig } from "./cloud-config.ts";
import type { DataDisk } from "./data-disk.ts";

/** Carries out disk_setup and fs_setup on the machine's further disks; returns a line for each thing done or left out. */
export function setUpDisks(
  config: Pick<CloudConfig, "disk_setup" | "fs_setup">,
  disks: readonly DataDisk[],
): string[] {
  const at = (device: string) => disks.find((disk) => disk.name === device);
  const partitioned = Object.entries(config.disk_setup ?? {}).map(([device, request]) => {
    const disk = at(device);
    if (!disk) return `disk_setup: there is no disk ${device}`;
    if (!request.layout) return `${device}: no layout asked for`;
    return disk.partition(request.table_type ?? "mbr", request.overwrite ?? false);
  });
  const formatted = (config.fs_setup ?? []).map(({ device, filesystem, label, partition, overwrite }) => {
    const disk = at(device);
    if (!disk) return `fs_setup: there is no disk ${device}`;
    return disk.format({
      type: filesystem,
      label: label ?? "",
      partition: String(partition ?? "none"),
      overwrite: overwrite ?? false,
    });
  });
  return [...partitioned, ...formatted];
}

/** One mount of a further disk. */
export interface DiskMount {
  readonly source: string;
  readonly target: string;
  readonly options: string;
}

const DEFAULTS = ["", "", "auto", "defaults,nofail", "0", "2"];

/** The lines of /etc/fstab that cloud-init's `mounts` adds; entries without a target or with swap are left out. */
export function fstabLines(mounts: CloudConfig["mounts"]): string[] {
  return (mounts ?? [])
    .filter(([source, target]) => source && target && target !== "none" && target !== "swap")
    .map((entry) => DEFAULTS.map((fallback, index) => entry[index] || fallback).join("\t"));
}

/** The mounts in a text of fstab(5). */
export function fstabMounts(text: string): DiskMount[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/\s+/))
    .map(([source = "", target = "", , options = "defaults"]) => ({ source, target, options }));
}
