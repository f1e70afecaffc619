import type { MachineDisk } from "../machine-disk.ts";

/** With the fault diskTooSmall every disk ends here: less than any image needs. */
const TOO_SMALL_BYTES = 512 * 1024;
const LOGICAL_SECTOR_BYTES = 512;

/** A disk as the agent's hardware manager lists it (project ironic-python-agent, class BlockDevice). Size in bytes. */
export interface BlockDevice {
  readonly name: string;
  readonly model: string;
  readonly size: number;
  readonly rotational: boolean;
  readonly wwn: string | null;
  readonly serial: string;
  readonly vendor: string | null;
  readonly wwn_with_extension: string | null;
  readonly wwn_vendor_extension: null;
  readonly hctl: string | null;
  readonly by_path: string | null;
  readonly logical_sectors: number;
  readonly physical_sectors: number;
  readonly tran: string;
}

/** The `position`th disk of the machine as the agent sees it. */
export function blockDevice(disk: MachineDisk, position: number, tooSmall: boolean): BlockDevice {
  const { name, model, serial, rotational, wwn = null } = disk.model;
  const nvme = name.startsWith("/dev/nvme");
  return {
    name,
    model,
    size: tooSmall ? TOO_SMALL_BYTES : disk.sizeBytes,
    rotational,
    wwn,
    serial,
    vendor: null,
    wwn_with_extension: wwn,
    wwn_vendor_extension: null,
    hctl: nvme ? null : `${position}:0:0:0`,
    by_path: nvme
      ? `/dev/disk/by-path/pci-0000:0${position + 1}:00.0-nvme-1`
      : `/dev/disk/by-path/pci-0000:00:17.0-ata-${position + 1}`,
    logical_sectors: LOGICAL_SECTOR_BYTES,
    physical_sectors: nvme ? LOGICAL_SECTOR_BYTES : 4096,
    tran: nvme ? "nvme" : "sata",
  };
}
