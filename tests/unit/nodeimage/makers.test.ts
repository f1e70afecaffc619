import assert from "node:assert/strict";
import { bootcMaker } from "../../../nodeimage/makers/bootc-maker.ts";
import type { DiskJob } from "../../../nodeimage/makers/disk-maker.ts";
import { imageBuilderMaker } from "../../../nodeimage/makers/image-builder-maker.ts";
import { failureHint } from "../../../nodeimage/pipeline/failure-hint.ts";

const job: DiskJob = {
  engine: "podman",
  image: "localhost/edge-lab/node-image:0123",
  folder: "/work/disk",
  output: "/work/disk/whole.raw",
  format: "raw",
  size: 1000,
  rootFilesystem: "xfs",
};
const lines = (commands: readonly { readonly argv: readonly string[] }[]) =>
  commands.map(({ argv }) => argv.join(" "));

describe("makers of disk images", () => {
  it("let the image install itself through a loop device", () => {
    assert.deepEqual(lines(bootcMaker.commands(job)), [
      "truncate --size=1000 /work/disk/whole.raw",
      "podman run --rm --privileged --pid=host --security-opt=label=type:unconfined_t --volume=/dev:/dev " +
        "--volume=/work/disk:/output --volume=/var/lib/containers:/var/lib/containers localhost/edge-lab/node-image:0123 " +
        "bootc install to-disk --generic-image --via-loopback --skip-fetch-check /output/whole.raw",
    ]);
  });

  it("hand the image over as an archive where the engine has no storage that bootc reads", () => {
    const made = lines(bootcMaker.commands({ ...job, engine: "docker" }));
    assert.equal(made[1], "docker save --output=/work/disk/image.tar localhost/edge-lab/node-image:0123");
    assert.match(
      made[2] ?? "",
      /^docker run .*--source-imgref=docker-archive:\/output\/image\.tar \/output\/whole\.raw$/,
    );
    assert.equal(made[3], "rm -f /work/disk/image.tar");
  });

  it("convert where another format than theirs is wanted", () => {
    const made = lines(bootcMaker.commands({ ...job, format: "qcow2", output: "/work/disk/whole.qcow2" }));
    assert.equal(made[0], "truncate --size=1000 /work/disk/disk.raw");
    assert.deepEqual(made.slice(-2), [
      "qemu-img convert -f raw -O qcow2 /work/disk/disk.raw /work/disk/whole.qcow2",
      "rm -f /work/disk/disk.raw",
    ]);
  });

  it("ask image-builder for the format and take its file from where it puts it", () => {
    const maker = imageBuilderMaker("quay.io/builder:1");
    const raw = lines(maker.commands(job));
    assert.match(
      raw[1] ?? "",
      /quay\.io\/builder:1 --type raw --rootfs xfs --progress verbose localhost\/edge-lab\/node-image:0123$/,
    );
    assert.equal(raw[2], "mv /work/disk/image-builder/image/disk.raw /work/disk/whole.raw");
    const qcow2 = lines(maker.commands({ ...job, format: "qcow2", output: "/work/disk/whole.qcow2" }));
    assert.equal(qcow2[2], "mv /work/disk/image-builder/qcow2/disk.qcow2 /work/disk/whole.qcow2");
    assert.notEqual(maker.identity, imageBuilderMaker("quay.io/builder:2").identity);
  });
});

describe("what is behind a failed step", () => {
  it("is said in words where it is known", () => {
    const said: Readonly<Record<string, RegExp>> = {
      "Error: Unable to find a match: kubelet-1.34.99": /no kubelet-1\.34\.99/,
      "No match for argument: cri-o-1.34.9": /no cri-o-1\.34\.9/,
      "E: Unable to locate package kubelet": /no kubelet/,
      "cp: error writing 'x': No space left on device": /disk is full/,
      "losetup: cannot find an unused loop device": /modprobe loop/,
      "losetup: /work/disk.raw: failed to set up loop device: Permission denied": /modprobe loop/,
      "spawn podman ENOENT": /podman is not installed/,
      "sudo: a password is required": /sudo asks/,
      "root@infra: Permission denied (publickey).": /by SSH/,
    };
    for (const [output, hint] of Object.entries(said))
      assert.match(failureHint(`first line\n${output}\n`) ?? "", hint, output);
    assert.equal(failureHint("something nobody has seen"), undefined);
  });
});
