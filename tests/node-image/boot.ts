import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesVersion } from "../../components/versions.ts";
import { debianPackages } from "../support/debian-packages.ts";
import { driveContent, machine } from "./cloud-config.ts";
import { configDrive } from "./config-drive.ts";
import { deployedDisk } from "./deployed-disk.ts";
import { EmulatedMachine, type Firmware, uefiFiles } from "./emulated-machine.ts";
import { type FixtureImage, fixtureImage, imageBytes } from "./fixture-image.ts";

const programs = {
  podman: "podman",
  debootstrap: "debootstrap",
  genisoimage: "genisoimage",
  sgdisk: "gdisk",
  "qemu-system-x86_64": "qemu-system-x86",
};
/** Of the machine. */
const diskBytes = 3 * imageBytes;
const sector = 512;
/** What partitions are aligned to, in sectors. */
const alignment = 2048;

/**
 * Builds an image by the product's own pipeline, deploys it to a bigger disk with a config drive, boots it, and looks at what
 * the machine says of itself.
 */
export function bootedBy(firmware: Firmware, version: KubernetesVersion): void {
  describe(`a node image with Kubernetes ${version}, booted by ${firmware === "bios" ? "BIOS" : "UEFI"}`, () => {
    let folder: string | undefined;
    let image: FixtureImage | undefined;
    let emulated: EmulatedMachine | undefined;
    let report: ReadonlyMap<string, string>;
    const said = (name: string): string => report.get(name) ?? "";

    before(async function () {
      // The first run makes the base image and may build the kubelet.
      this.timeout(3_600_000);
      const missing =
        process.arch === "x64"
          ? await debianPackages({
              ...programs,
              ...(firmware === "uefi" ? { [uefiFiles.code]: "ovmf" } : {}),
            })
          : `the machine is an x86-64 one, and this is ${process.arch}`;
      const refused = missing ?? (process.getuid?.() === 0 ? undefined : "images are built by root");
      if (refused !== undefined) {
        console.log(`      left out: ${refused}`);
        this.skip();
      }
      folder = mkdtempSync(join(tmpdir(), "edge-lab-node-image-"));
      image = await fixtureImage(version, folder);
      const drive = await configDrive(driveContent, folder);
      const disk = await deployedDisk({ image: image.path, configDrive: drive, size: diskBytes, folder });
      emulated = new EmulatedMachine({ firmware, disk, mac: machine.mac, folder });
      report = await emulated.report();
    });
    after(async () => {
      await emulated?.stop();
      await image?.remove();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    it("starts by that firmware, with the kernel's arguments of the image", () => {
      assert.equal(said("firmware"), firmware);
      assert.match(said("arguments"), / edge-lab\.fixture=1( |$)/);
    });

    it("reads the config drive that the deploy agent has put at the end of the disk", () => {
      assert.match(said("source"), /^config-disk \(\/dev\/vda4\)$/);
      assert.equal(said("instance"), machine.instance);
    });

    it("has the name, the user, the file and the address of the config drive, and has run its command", () => {
      assert.equal(said("hostname"), machine.hostname);
      assert.match(said("user"), /^keeper keeper sudo$/);
      assert.equal(said("file"), `640 root ${machine.hostname} of ${machine.instance}`);
      assert.equal(said("address"), `${machine.address}/24`);
    });

    it("has grown its root up to the config drive", () => {
      const free = Number(said("driveStart")) - Number(said("rootEnd"));
      assert.ok(free >= 0 && free <= alignment, `${free} sectors between root and config drive`);
      const partition = (diskBytes * 0.9) / sector;
      assert.ok(Number(said("rootEnd")) > partition, said("rootEnd"));
      assert.ok(Number(said("root")) > diskBytes * 0.85, `${said("root")} bytes`);
    });

    it("holds the kubelet of the version that was asked for", () => {
      assert.equal(said("kubelet"), `Kubernetes ${version}`);
    });

    it("has the image's own settings, user and keys", () => {
      assert.equal(said("forwarding").trim(), "1 1");
      assert.equal(said("sudo"), "0");
      assert.equal(said("keys"), "600 builder fixture");
    });

    it("has no failed unit", () => {
      assert.equal(said("failed").trim(), "");
    });

    it("has left no container where it was built", () => {
      assert.deepEqual(image?.containers, []);
    });
  });
}
