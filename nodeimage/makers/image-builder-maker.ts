import type { DiskMaker } from "./disk-maker.ts";

/**
 * osbuild's bootc-image-builder, itself a container. It reads the image from the storage of root's podman.
 *
 * @param builder reference of its image, by digest where one is known.
 */
export function imageBuilderMaker(builder: string): DiskMaker {
  return {
    identity: `image-builder ${builder}`,
    needsLoopDevices: true,
    commands({ engine, image, folder, output, format, rootFilesystem }) {
      const made = `${folder}/image-builder`;
      // Where it puts what it makes: its own names.
      const file = format === "raw" ? "image/disk.raw" : "qcow2/disk.qcow2";
      return [
        { argv: ["mkdir", "-p", made] },
        {
          argv: [
            ...[engine, "run", "--rm", "--privileged", "--security-opt=label=type:unconfined_t"],
            `--volume=${made}:/output`,
            "--volume=/var/lib/containers/storage:/var/lib/containers/storage",
            builder,
            ...["--type", format, "--rootfs", rootFilesystem, "--progress", "verbose", image],
          ],
        },
        { argv: ["mv", `${made}/${file}`, output] },
        { argv: ["rm", "-rf", made] },
      ];
    },
  };
}
