import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataDisk } from "../../../../sim/machine/os/cloud-config/data-disk.ts";
import { fstabLines, fstabMounts, setUpDisks } from "../../../../sim/machine/os/cloud-config/disk-setup.ts";

const device = "/dev/nvme0n1";

describe("the further disks of a machine", () => {
  let folder: string;
  let disk: DataDisk;

  const setUp = (
    overwrite: boolean,
    over: { label?: string; filesystem?: string; partition?: string } = {},
  ) =>
    setUpDisks(
      {
        disk_setup: { [device]: { table_type: "gpt", layout: true, overwrite } },
        fs_setup: [{ device, filesystem: "ext4", label: "longhorn", partition: "auto", overwrite, ...over }],
      },
      [disk],
    );
  const put = () => writeFileSync(join(disk.content, "data"), "");
  const kept = () => existsSync(join(disk.content, "data"));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-disk-"));
    disk = new DataDisk(device, folder);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("an empty one is partitioned and formatted", () => {
    assert.equal(disk.answersTo("LABEL=longhorn"), false);
    setUp(false);
    assert.deepEqual(disk.state, { table: "gpt", filesystem: { type: "ext4", label: "longhorn" } });
    for (const source of ["LABEL=longhorn", "/dev/nvme0n1p1"]) assert.ok(disk.answersTo(source), source);
    assert.equal(disk.answersTo(device), false);
  });

  it("one with data keeps it without overwrite", () => {
    setUp(false);
    put();
    assert.match(setUp(false).join("\n"), /stays as it is\n.*keeps its file system/);
    assert.ok(kept());
  });

  it("one with another file system is not touched by the partition auto, and does not answer to the new label", () => {
    setUp(false);
    put();
    assert.match(setUp(false, { label: "other" }).join("\n"), /nothing is formatted/);
    assert.ok(kept());
    assert.equal(disk.answersTo("LABEL=other"), false);
  });

  it("a partition by its number is formatted over another file system, and kept when it is the same", () => {
    setUp(false);
    put();
    setUp(false, { partition: "1" });
    assert.ok(kept());
    setUp(false, { partition: "1", filesystem: "xfs" });
    assert.equal(kept(), false);
  });

  it("overwrite erases it", () => {
    setUp(false);
    put();
    setUp(true);
    assert.equal(kept(), false);
    assert.ok(disk.answersTo("LABEL=longhorn"));
  });

  it("a disk that is not there is told", () => {
    assert.deepEqual(setUpDisks({ disk_setup: { "/dev/sdz": { layout: true } } }, [disk]), [
      "disk_setup: there is no disk /dev/sdz",
    ]);
  });

  it("outlives the object", () => {
    setUp(false);
    assert.ok(new DataDisk(device, folder).answersTo("LABEL=longhorn"));
  });

  it("mounts become lines of fstab with cloud-init's defaults, and are read from there", () => {
    const lines = fstabLines([
      ["LABEL=longhorn", "/var/lib/longhorn", "ext4", "defaults,nofail"],
      ["/dev/sdb1", "/data"],
      ["swap", "none", "swap"],
    ]);
    assert.deepEqual(fstabMounts(`# a comment\n\n${lines.join("\n")}\n`), [
      { source: "LABEL=longhorn", target: "/var/lib/longhorn", options: "defaults,nofail" },
      { source: "/dev/sdb1", target: "/data", options: "defaults,nofail" },
    ]);
  });
});
