import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeImageCommands } from "../../../nodeimage/commands.ts";
import type { DescribedImage } from "../../../nodeimage/description/described-image.ts";
import type { BuildPlace } from "../../../nodeimage/pipeline/image-build-at.ts";
import { ImageFolder } from "./image-folder.ts";

/** Makes a disk of an image by the engine's own export: a file system without partitions, enough to look into. */
const maker = `#!/bin/sh
set -eu
engine=$1 image=$2 output=$3 size=$4 folder=$5
container=$("$engine" create "$image" /none)
mkdir "$folder/root"
"$engine" export "$container" | tar --extract --directory "$folder/root"
"$engine" rm "$container"
truncate --size="$size" "$output"
mke2fs -q -t ext4 -d "$folder/root" "$output"
rm -rf "$folder/root"
`;
const present = (command: string): boolean => spawnSync(command, ["--version"]).error === undefined;

describe("a node image by a real podman", function () {
  // An engine is slow on a busy machine.
  this.timeout(600_000);
  let folder: ImageFolder;
  let work: string;
  let said: string[];
  const tags = new Set<string>();
  const say = (line: string): void => {
    said.push(line);
    for (const tag of line.match(/localhost\/edge-lab\/node-image:[0-9a-f]{12}/g) ?? []) tags.add(tag);
  };
  before(function () {
    if (process.getuid?.() !== 0 || !present("podman") || !present("mke2fs")) this.skip();
  });
  beforeEach(() => {
    folder = new ImageFolder();
    folder.write(
      "Containerfile",
      "ARG BASE_IMAGE\nFROM $BASE_IMAGE\nARG KUBERNETES_VERSION\nCOPY rootfs/ /\nLABEL kubernetes=$KUBERNETES_VERSION\n",
    );
    folder.write("templates/etc/version.j2", "{{ kubernetes.version }}\n").write("maker", maker, 0o755);
    work = mkdtempSync(join(tmpdir(), "edge-lab-podman-"));
    said = [];
  });
  afterEach(() => {
    for (const tag of tags) spawnSync("podman", ["image", "rm", "--force", tag]);
    tags.clear();
    folder.remove();
    rmSync(work, { recursive: true, force: true });
  });

  const image = (): DescribedImage => ({
    kubernetes: "v1.34.3",
    folder: folder.path,
    // Without a base there is nothing to pull.
    baseImage: "scratch",
    maker: join(folder.path, "maker"),
    format: "raw",
    size: "8Mi",
  });
  const build = () => {
    const place: BuildPlace = { engine: "podman", sudo: false, work: join(work, "images") };
    return new NodeImageCommands(say).build(image(), place, work);
  };
  const inside = (disk: string, command: string): string =>
    execFileSync("debugfs", ["-R", command, disk], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

  it("has every file at its place with its mode, root's, on a disk of the size that was asked for", async () => {
    folder.write("templates/usr/bin/tool", "#!/bin/sh\n", 0o700).write("templates/opt/deep/er/file", "x");
    const { path, size } = await build();
    assert.equal(size, 8 * 1024 ** 2);
    assert.equal(inside(path, "cat /etc/version"), "v1.34.3\n");
    assert.equal(inside(path, "cat /opt/deep/er/file"), "x");
    assert.match(inside(path, "stat /usr/bin/tool"), /Mode: {2}0755[\s\S]*User: {5}0 {3}Group: {5}0/);
    assert.match(inside(path, "stat /opt/deep"), /Mode: {2}0755/);
  });

  it("is not built again, and is another image when one file changes", async () => {
    const first = await build();
    said.length = 0;
    const again = await build();
    assert.deepEqual(again, first);
    assert.deepEqual(
      said.filter((line) => line.includes("$ podman")),
      [],
    );
    folder.write("templates/etc/motd", "hello\n");
    const second = await build();
    assert.notEqual(second.path, first.path);
    assert.equal(inside(second.path, "cat /etc/motd"), "hello\n");
  });

  it("says what podman says when the base image is not to be had", async () => {
    const place: BuildPlace = { engine: "podman", sudo: false, work: join(work, "images") };
    const commands = new NodeImageCommands(say);
    const nowhere = { ...image(), baseImage: "localhost:1/no/base:1" };
    await assert.rejects(commands.build(nowhere, place, work), /step container failed.*cannot be pulled/);
  });
});
