/** A finished container image that becomes a disk image. */
export interface DiskJob {
  readonly engine: "podman" | "docker";
  /** Reference of the container image in the engine's storage. */
  readonly image: string;
  /** Folder of this build on the building machine, absolute. */
  readonly folder: string;
  /** File to make in it, absolute. */
  readonly output: string;
  readonly format: "raw" | "qcow2";
  /** Bytes. */
  readonly size: number;
  readonly rootFilesystem: string;
}

/** One command of a maker. */
export interface MakerCommand {
  readonly argv: readonly string[];
  /** A local file that is its standard input. */
  readonly inputFile?: string;
}

/**
 * Makes a disk image of a container image. Each maker is a pure list of commands, run as root on the building machine, in
 * order, until one fails; the folder is then thrown away.
 */
export interface DiskMaker {
  /** Part of what names an image: another maker, or another version of it, is another image. */
  readonly identity: string;
  readonly needsLoopDevices: boolean;
  commands(job: DiskJob): readonly MakerCommand[];
}
