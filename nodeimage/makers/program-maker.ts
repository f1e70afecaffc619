import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ImageError } from "../description/image-error.ts";
import { converted } from "./converted.ts";
import type { DiskMaker } from "./disk-maker.ts";

/**
 * A program of the user's, for images that bootc cannot install: it is sent to the building machine and run there as
 *
 *   PROGRAM ENGINE IMAGE OUTPUT SIZE FOLDER
 *
 * and makes the raw disk image OUTPUT, of SIZE bytes, of the container image IMAGE; FOLDER is there for what it needs meanwhile.
 *
 * @param path of the program, here. What it is decides what images are called.
 */
export function programMaker(path: string): DiskMaker {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw new ImageError(
      `the disk maker ${path} cannot be read: ${error instanceof Error ? error.message : ""}`,
      {
        cause: error,
      },
    );
  }
  const digest = createHash("sha256").update(content).digest("hex");
  return {
    identity: `program ${digest}`,
    needsLoopDevices: false,
    commands(job) {
      const program = `${job.folder}/maker`;
      return converted(job, (output) => [
        // Not tee: what a command prints is kept in the build's log, and the program is not what somebody looks for there.
        { argv: ["dd", `of=${program}`, "status=none"], inputFile: path },
        { argv: ["chmod", "0755", program] },
        { argv: [program, job.engine, job.image, output, String(job.size), job.folder] },
        { argv: ["rm", "-f", program] },
      ]);
    },
  };
}
