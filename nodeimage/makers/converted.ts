import type { DiskJob, MakerCommand } from "./disk-maker.ts";

/** The commands of a maker that can only make raw images, followed by a conversion where another format is wanted. Pure. */
export function converted(
  job: DiskJob,
  raw: (output: string) => readonly MakerCommand[],
): readonly MakerCommand[] {
  if (job.format === "raw") return raw(job.output);
  const between = `${job.folder}/disk.raw`;
  return [
    ...raw(between),
    { argv: ["qemu-img", "convert", "-f", "raw", "-O", job.format, between, job.output] },
    { argv: ["rm", "-f", between] },
  ];
}
