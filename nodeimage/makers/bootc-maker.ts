import { converted } from "./converted.ts";
import type { DiskMaker } from "./disk-maker.ts";

/**
 * The image installs itself: `bootc install to-disk` on a file through a loop device (bootc 1.16). No other program is needed
 * than the engine; the root's file system is said by usr/lib/bootc/install in the image.
 */
export const bootcMaker: DiskMaker = {
  identity: "bootc",
  needsLoopDevices: true,
  commands(job) {
    const { engine, image, folder } = job;
    const archive = "image.tar";
    return converted(job, (output) => {
      const inContainer = `/output/${output.slice(folder.length + 1)}`;
      const install = [
        "bootc",
        "install",
        "to-disk",
        "--generic-image",
        "--via-loopback",
        "--skip-fetch-check",
      ];
      const run = [
        engine,
        "run",
        "--rm",
        "--privileged",
        "--pid=host",
        "--security-opt=label=type:unconfined_t",
      ];
      const mounts = ["--volume=/dev:/dev", `--volume=${folder}:/output`];
      const made = { argv: ["truncate", `--size=${job.size}`, output] };
      if (engine === "podman") {
        // bootc finds its own image in the storage of the engine that runs it.
        const storage = "--volume=/var/lib/containers:/var/lib/containers";
        return [made, { argv: [...run, ...mounts, storage, image, ...install, inContainer] }];
      }
      return [
        made,
        { argv: [engine, "save", `--output=${folder}/${archive}`, image] },
        {
          argv: [
            ...run,
            ...mounts,
            image,
            ...install,
            `--source-imgref=docker-archive:/output/${archive}`,
            inContainer,
          ],
        },
        { argv: ["rm", "-f", `${folder}/${archive}`] },
      ];
    });
  },
};
