import { statfs } from "node:fs/promises";
import { ToolError } from "./tool-error.ts";

const megabyte = 1_000_000;

/**
 * Refuses a long build before it begins when the disk would fill up in the middle of it.
 *
 * @param folder an existing folder on the disk in question.
 * @param megabytes rough need; an estimate for a cold build, so EDGE_LAB_DISK_CHECK=off skips it.
 * @throws ToolError disk-full.
 */
export async function requireDiskSpace(
  folder: string,
  megabytes: number,
  what: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  if (environment.EDGE_LAB_DISK_CHECK === "off") return;
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / megabyte);
  if (free >= megabytes) return;
  throw new ToolError(
    "disk-full",
    `${what} needs about ${megabytes} MB and ${folder} has ${free} MB free`,
    "Free some space, or set EDGE_LAB_CACHE (and GOCACHE, GOMODCACHE) to another disk. If Go has built it before, less is needed: EDGE_LAB_DISK_CHECK=off skips this check.",
  );
}
