import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Filesystem {
  readonly type: string;
  readonly label: string;
}

interface DiskState {
  /** gpt or mbr; absent while the disk has no partition table. */
  readonly table?: string;
  /** Of its only partition, or of the disk itself without a table. */
  readonly filesystem?: Filesystem;
}

export interface FilesystemRequest extends Filesystem {
  /** cloud-init's fs_setup.partition: auto, any, none, or a number. */
  readonly partition: string;
  readonly overwrite: boolean;
}

/**
 * A further disk of a machine, played by a folder: `disk.json` is what partition table and file system it has, `content/`
 * is what is in the file system. It outlives power-off and rebuilds of the machine.
 */
export class DataDisk {
  /** Device name, for example /dev/nvme0n1. */
  readonly name: string;
  /** The folder to mount. */
  readonly content: string;
  readonly #file: string;

  constructor(name: string, folder: string) {
    this.name = name;
    this.content = join(folder, "content");
    this.#file = join(folder, "disk.json");
    mkdirSync(folder, { recursive: true });
  }

  get state(): DiskState {
    return existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, "utf8")) as DiskState) : {};
  }

  /** What `LABEL=`, the device or its first partition means in a mount. */
  answersTo(source: string): boolean {
    const { filesystem, table } = this.state;
    if (!filesystem) return false;
    return source === `LABEL=${filesystem.label}` || source === (table ? this.#partition : this.name);
  }

  /**
   * disk_setup: one partition over the whole disk. Without `overwrite` a disk that holds anything is left alone
   * (cloudinit/config/cc_disk_setup.py mkpart). Returns what was done.
   */
  partition(table: string, overwrite: boolean): string {
    const { table: existing, filesystem } = this.state;
    if (!overwrite && (existing ?? filesystem)) return `${this.name} is in use and stays as it is`;
    this.#erase({ table });
    return `${this.name} partitioned (${table})`;
  }

  /**
   * fs_setup. `auto` keeps a file system of the same type and label and never replaces another one; a partition number or
   * `none` keeps it too but replaces another one (cc_disk_setup.py mkfs). Returns what was done.
   */
  format({ type, label, partition, overwrite }: FilesystemRequest): string {
    const { table, filesystem } = this.state;
    const same = filesystem?.type === type && filesystem.label === label;
    const searched = partition === "auto" || partition === "any";
    if (filesystem && (same || partition === "any") && (searched || !overwrite)) {
      return `${this.name} keeps its file system ${filesystem.label}`;
    }
    if (filesystem && searched) {
      return `${this.name} holds another file system (${filesystem.type} ${filesystem.label}): nothing is formatted`;
    }
    this.#erase({ ...(table === undefined ? {} : { table }), filesystem: { type, label } });
    return `${this.name} formatted (${type}, label ${label})`;
  }

  get #partition(): string {
    return `${this.name}${/\d$/.test(this.name) ? "p" : ""}1`;
  }

  #erase(state: DiskState): void {
    rmSync(this.content, { recursive: true, force: true });
    mkdirSync(this.content, { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(state)}\n`);
  }
}
