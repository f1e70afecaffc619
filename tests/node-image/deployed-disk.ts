import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** A disk to deploy to. */
export interface Deployment {
  /** Raw disk image. */
  readonly image: string;
  /** ISO image of the config drive. */
  readonly configDrive: string;
  /** Bytes of the disk. */
  readonly size: number;
  /** Scratch; the disk is made here. */
  readonly folder: string;
}

const sector = 512;

/**
 * A machine's disk as Ironic's deploy agent leaves it (ironic-python-agent, create_config_drive_partition): the image from the
 * first byte on, its backup partition table moved to the end of the disk, and a partition of 64 MB there with the config drive.
 *
 * @returns the disk's path.
 */
export async function deployedDisk({ image, configDrive, size, folder }: Deployment): Promise<string> {
  const disk = join(folder, "disk.raw");
  await execa("cp", ["--sparse=always", "--reflink=auto", image, disk], { timeout: 600_000 });
  await truncate(disk, size);
  const sgdisk = async (...args: readonly string[]): Promise<string> =>
    (await execa("sgdisk", [...args, disk], { timeout: 60_000, env: { LC_ALL: "C" } })).stdout;
  if ((await sgdisk("-v")).includes("it doesn't reside\nat the end of the disk")) await sgdisk("-e");
  const unique = randomUUID().toUpperCase();
  await sgdisk("-n", "0:-64MB:0", "-u", `0:${unique}`);
  const start = await firstSector(unique, sgdisk);
  const file = await open(disk, "r+");
  try {
    await file.write(readFileSync(configDrive), 0, undefined, start * sector);
  } finally {
    await file.close();
  }
  return disk;
}

async function firstSector(
  unique: string,
  sgdisk: (...args: readonly string[]) => Promise<string>,
): Promise<number> {
  const numbers = [...(await sgdisk("-p")).matchAll(/^ +(\d+) +\d+ +\d+ /gm)].map(
    ([, number = ""]) => number,
  );
  for (const number of numbers) {
    const information = await sgdisk("-i", number);
    const first = /^First sector: (\d+)/m.exec(information)?.[1];
    if (information.includes(unique) && first !== undefined) return Number(first);
  }
  throw new Error(`the disk has no partition ${unique} after it was made`);
}
