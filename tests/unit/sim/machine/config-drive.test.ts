import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfigDrive } from "../../../../sim/machine/config-drive.ts";
import { isoImage } from "./support/iso-image.ts";

const META_DATA = { uuid: "u-1", local_hostname: "node-1" };
const USER_DATA = `#cloud-config\n${"# über eine Zeile hinaus\n".repeat(500)}`;
const FILES = {
  "openstack/2012-08-10/meta_data.json": "{}",
  "openstack/latest/meta_data.json": JSON.stringify(META_DATA),
  "openstack/latest/user_data": USER_DATA,
  "openstack/latest/network_data.json": '{"links": []}',
};

describe("the config drive of a simulated machine", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-config-drive-"));
    file = join(folder, "config-drive.iso");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  for (const names of ["joliet", "rockRidge"] as const) {
    it(`is read by its ${names} names`, () => {
      writeFileSync(file, isoImage(FILES, { names }));
      assert.deepEqual(readConfigDrive(file), {
        metaData: META_DATA,
        userData: USER_DATA,
        networkData: { links: [] },
      });
    });
  }

  it("may hold metadata alone", () => {
    writeFileSync(file, isoImage({ "openstack/latest/meta_data.json": "{}" }));
    assert.deepEqual(readConfigDrive(file), { metaData: {}, userData: "" });
  });

  it("is refused, with its name and the reason, when it is none", () => {
    writeFileSync(file, "no image");
    assert.throws(() => readConfigDrive(file), /config-drive\.iso: not an ISO 9660 image/);
    writeFileSync(file, isoImage(FILES, { label: "cidata" }));
    assert.throws(() => readConfigDrive(file), /its label is "cidata"/);
    writeFileSync(file, isoImage({ "openstack/latest/user_data": USER_DATA }));
    assert.throws(() => readConfigDrive(file), /no openstack\/latest\/meta_data\.json/);
  });

  it("is refused when it is cut off, or its metadata is not JSON, without telling what it holds", () => {
    const image = isoImage(FILES);
    writeFileSync(file, image.subarray(0, image.length - 4 * 2048));
    assert.throws(() => readConfigDrive(file), /cut off/);
    writeFileSync(file, isoImage({ "openstack/latest/meta_data.json": "secret" }));
    assert.throws(
      () => readConfigDrive(file),
      (error: Error) => /not a JSON object/.test(error.message) && !/secret/.test(error.message),
    );
  });
});
