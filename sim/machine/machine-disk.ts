import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a disk is, as the machine's hardware shows it. */
export interface DiskModel {
  /** Device name, such as /dev/nvme0n1. */
  readonly name: string;
  readonly model: string;
  readonly serial: string;
  readonly sizeGiB: number;
  readonly rotational: boolean;
  /** World wide name, where the disk has one. */
  readonly wwn?: string;
}

/** What lies on a disk, as far as anything here looks at it. */
export interface DiskContent {
  /** The image that was written, whole; its bytes lie in the file `image` of the disk's folder. */
  readonly image?: { readonly url: string; readonly bytes: number; readonly firstLine: string };
  /** An ISO 9660 file system with the label config-2, in the file `config-drive.iso` of the disk's folder. */
  readonly configDrive?: true;
}

/**
 * A disk of a simulated machine: a folder whose content survives power cuts and restarts of the simulator. `files/` in it
 * is the root of whatever file system the installed system makes or finds there.
 */
export class MachineDisk {
  readonly model: DiskModel;
  readonly folder: string;

  constructor(folder: string, model: DiskModel) {
    this.folder = folder;
    this.model = model;
    mkdirSync(folder, { recursive: true });
  }

  get sizeBytes(): number {
    return this.model.sizeGiB * 1024 ** 3;
  }

  /** Where an image is written to; it counts once {@link setContent} names it. */
  get imageFile(): string {
    return join(this.folder, "image");
  }

  get configDriveFile(): string {
    return join(this.folder, "config-drive.iso");
  }

  get content(): DiskContent {
    try {
      return JSON.parse(readFileSync(join(this.folder, "content.json"), "utf8")) as DiskContent;
    } catch {
      return {};
    }
  }

  /** By a rename: a power cut leaves the old content or the new. */
  setContent(content: DiskContent): void {
    const draft = join(this.folder, "content.json.draft");
    writeFileSync(draft, JSON.stringify(content));
    renameSync(draft, join(this.folder, "content.json"));
  }

  /** As wiping partition tables and file system signatures does: nothing on the disk is found any more. */
  wipe(): void {
    for (const name of ["content.json", "image", "config-drive.iso", "files", "root"]) {
      rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }
}
