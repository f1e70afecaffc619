import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeImageCommands } from "../../../nodeimage/commands.ts";
import type { DescribedImage } from "../../../nodeimage/description/described-image.ts";
import { FakeTools } from "./fake-tools.ts";
import { ImageFolder } from "./image-folder.ts";

describe("npm run nodeimage", () => {
  const image = (changes: Partial<DescribedImage> = {}): DescribedImage => ({
    kubernetes: "v1.34.3",
    folder: folder.path,
    maker: "bootc",
    format: "raw",
    size: "10Gi",
    ...changes,
  });
  let folder: ImageFolder;
  let work: string;
  let said: string[];
  let commands: NodeImageCommands;
  beforeEach(() => {
    folder = new ImageFolder().write("templates/etc/version.j2", "{{ kubernetes.version }}");
    folder.write("templates/usr/bin/tool", "#!/bin/sh\n", 0o700);
    work = mkdtempSync(join(tmpdir(), "edge-lab-work-"));
    said = [];
    commands = new NodeImageCommands((line) => said.push(line));
  });
  afterEach(() => {
    folder.remove();
    rmSync(work, { recursive: true, force: true });
  });

  it("renders what would be built, again and again, with modes that no umask changes", () => {
    const output = join(work, "context");
    const umask = process.umask(0o077);
    try {
      commands.render(image(), output);
      folder.write("templates/etc/other", "x");
      rmSync(join(folder.path, "templates/etc/version.j2"));
      commands.render(image({ baseImage: "mine/base:2" }), output);
    } finally {
      process.umask(umask);
    }
    assert.equal(
      existsSync(join(output, "rootfs/etc/version")),
      false,
      "what is gone from the description is gone",
    );
    const mode = (path: string) => statSync(join(output, path)).mode & 0o777;
    assert.deepEqual(
      [".", "rootfs/etc", "rootfs/etc/other", "rootfs/usr/bin/tool", "Containerfile"].map(mode),
      [0o755, 0o755, 0o644, 0o755, 0o644],
    );
    assert.ok(said.some((line) => line.includes("BASE_IMAGE=mine/base:2")));
  });

  it("replaces no folder that it did not make", () => {
    writeFileSync(join(work, "precious"), "x");
    assert.throws(() => commands.render(image(), work), /holds something else/);
    assert.equal(readFileSync(join(work, "precious"), "utf8"), "x");
  });

  it("verifies a description, and says when its base can change unnoticed", () => {
    commands.verifyDescription(image());
    assert.match(said.join("\n"), /is in order.*node-v1\.34\.3-[0-9a-f]{12}\.raw\nnote: .*not pinned/s);
    said.length = 0;
    commands.verifyDescription(image({ baseImage: `a/b@sha256:${"0".repeat(64)}` }));
    assert.doesNotMatch(said.join("\n"), /note/);
    folder.write("templates/etc/bad.j2", "{{ nope }}");
    assert.throws(() => commands.verifyDescription(image()), /nope is no variable/);
    assert.throws(() => commands.verifyDescription(image({ kubernetes: "1.34" })), /v1\.34\.3/);
  });

  it("verifies an image by the checksum beside it", async () => {
    const file = join(work, "node.raw");
    writeFileSync(file, "content");
    await assert.rejects(commands.verifyFile(file), /there is no .*node\.raw\.sha256/);
    writeFileSync(`${file}.sha256`, `${createHash("sha256").update("content").digest("hex")}  node.raw\n`);
    await commands.verifyFile(file);
    assert.match(said.join("\n"), /sha256 [0-9a-f]{64}, as node\.raw\.sha256 says/);
    writeFileSync(file, "Content");
    await assert.rejects(commands.verifyFile(file), /is damaged.*Build it again/);
    writeFileSync(`${file}.sha256`, `${"0".repeat(64)}  other.raw\n`);
    await assert.rejects(commands.verifyFile(file), /has no sha256 of node\.raw/);
  });

  it("builds by the same code, and names an image by its maker, format and size as well", async () => {
    const tools = new FakeTools();
    try {
      const maker = tools.script("maker", 'printf disk > "$3"');
      const small = image({ maker, size: "100Ki" });
      const place = { engine: "podman" as const, sudo: false, work: join(work, "images") };
      const { path, size } = await commands.build(small, place, work);
      assert.equal(size, 102_400);
      await commands.verifyFile(path);
      assert.equal((await commands.build(small, place, work)).path, path);
      const names = [small, image({ ...small, size: "101Ki" }), image(), image({ maker: "image-builder" })];
      said.length = 0;
      for (const one of names) commands.verifyDescription(one);
      const shown = said.flatMap((line) => /node-v1\.34\.3-[0-9a-f]{12}/.exec(line)?.[0] ?? []);
      assert.equal(new Set(shown).size, names.length);
      assert.ok(path.endsWith(`/${shown[0]}.raw`));
      await assert.rejects(
        commands.build(image({ maker: "/nowhere" }), place, work),
        /maker \/nowhere cannot be read/,
      );
      await assert.rejects(
        commands.build(image({ maker: "image-builder" }), { ...place, engine: "docker" }, work),
        /use podman/,
      );
      await assert.rejects(commands.build(image({ size: "10" }), place, work), /10 is not a size/);
    } finally {
      tools.remove();
    }
  });
});
