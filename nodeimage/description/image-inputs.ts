import { createHash } from "node:crypto";
import type { BuildContext } from "./build-context.ts";

/**
 * Everything that decides what is in an image, by name: build arguments and disk settings as they are, files by the sha256
 * of mode and content. Two images with the same inputs are the same image.
 */
export type ImageInputs = Readonly<Record<string, string>>;

/** How the container becomes a disk image. */
export interface DiskSettings {
  /** Maker and what it is made of, such as an image reference. */
  readonly maker: string;
  readonly format: "raw" | "qcow2";
  /** Bytes of the disk, as a machine sees it; it grows to the machine's own. */
  readonly size: number;
}

/** The inputs of an image. Pure. */
export function imageInputs(context: BuildContext, disk: DiskSettings): ImageInputs {
  const inputs = new Map<string, string>([
    ...Object.entries(context.buildArguments),
    ...context.files.map(({ path, executable, content }): [string, string] => {
      const digest = createHash("sha256")
        .update(executable ? "755 " : "644 ")
        .update(content)
        .digest("hex");
      return [path.replace(/^rootfs\//, "/"), digest];
    }),
    ["disk maker", disk.maker],
    ["disk format", disk.format],
    ["disk size", String(disk.size)],
  ]);
  return Object.fromEntries([...inputs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** sha256 of the inputs, whatever order they are in. */
export function inputHash(inputs: ImageInputs): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  // JSON keeps names and values apart, whatever is in them.
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}
