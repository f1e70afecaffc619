import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/** What a config drive holds, as OpenStack's metadata format says. */
export interface DriveContent {
  readonly metaData: Readonly<Record<string, unknown>>;
  readonly userData: string;
  readonly networkData: Readonly<Record<string, unknown>>;
}

/** Both folders that openstacksdk writes. */
const versions = ["2012-08-10", "latest"];

/**
 * Makes a config drive as Ironic does (openstacksdk's openstack.baremetal.configdrive: the same program with the same
 * arguments): an ISO 9660 image with the label config-2.
 *
 * @param folder scratch.
 * @returns the image's path.
 */
export async function configDrive(content: DriveContent, folder: string): Promise<string> {
  const tree = join(folder, "config-drive");
  for (const version of versions) {
    const at = join(tree, "openstack", version);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, "meta_data.json"), JSON.stringify(content.metaData));
    writeFileSync(join(at, "network_data.json"), JSON.stringify(content.networkData));
    writeFileSync(join(at, "user_data"), content.userData);
  }
  const image = join(folder, "config-drive.iso");
  const names = ["-ldots", "-allow-lowercase", "-allow-multidot", "-l"];
  const labels = ["-publisher", "metalsmith", "-quiet", "-J", "-r", "-V", "config-2"];
  await execa("genisoimage", ["-o", image, ...names, ...labels, tree], { timeout: 60_000 });
  return image;
}
