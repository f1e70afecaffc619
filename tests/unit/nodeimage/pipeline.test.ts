import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { readDescription } from "../../../nodeimage/description/image-description.ts";
import { ImageError } from "../../../nodeimage/description/image-error.ts";
import { type ImagePlan, imagePlan } from "../../../nodeimage/description/image-plan.ts";
import { bootcMaker } from "../../../nodeimage/makers/bootc-maker.ts";
import type { DiskMaker } from "../../../nodeimage/makers/disk-maker.ts";
import { programMaker } from "../../../nodeimage/makers/program-maker.ts";
import { BuildHost } from "../../../nodeimage/pipeline/build-host.ts";
import { ImageBuild } from "../../../nodeimage/pipeline/image-build.ts";
import { StepLog } from "../../../nodeimage/pipeline/step-log.ts";
import { FakeTools } from "./fake-tools.ts";
import { ImageFolder } from "./image-folder.ts";

const diskSize = 100_000;

describe("building an image", () => {
  let tools: FakeTools;
  let folder: ImageFolder;
  let work: string;
  let maker: string;
  let lines: string[];
  let plan: ImagePlan;
  beforeEach(() => {
    tools = new FakeTools();
    folder = new ImageFolder({ packages: ["a", "b"] });
    folder.write("templates/etc/version.j2", "{{ kubernetes.version }}");
    work = mkdtempSync(join(tmpdir(), "edge-lab-build-"));
    maker = tools.script("maker", 'echo "$@" >> "$FAKE/maker.log"; printf disk > "$3"');
    lines = [];
    plan = planned();
  });
  afterEach(() => {
    tools.remove();
    folder.remove();
    rmSync(work, { recursive: true, force: true });
  });

  function planned(): ImagePlan {
    const disk = { maker: programMaker(maker).identity, format: "raw" as const, size: diskSize };
    const request = { kubernetesVersion: "v1.34.3", baseImage: "base:1", vars: [], disk };
    return imagePlan(readDescription(folder.path), request);
  }

  function build(host = new BuildHost({ sudo: false }), by: DiskMaker = programMaker(maker)): ImageBuild {
    const settings = {
      engine: "podman" as const,
      maker: by,
      workFolder: join(work, "images"),
      contextFolder: join(work, "context"),
      rootFilesystem: "xfs",
    };
    return new ImageBuild(plan, settings, host, new StepLog(join(work, "logs"), (line) => lines.push(line)));
  }

  async function failure(job: Promise<unknown>): Promise<string> {
    const error = await job.then(
      () => assert.fail("it should have failed"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ImageError, String(error));
    return error.message;
  }

  const built = () => tools.lines("podman.log").filter((line) => line.startsWith("build "));

  it("makes container, disk and checksum in order, and leaves the image and its checksum alone", async () => {
    const { path, size, sha256 } = await build().build();
    assert.equal(path, join(work, "images", plan.name, plan.name));
    assert.equal(size, diskSize);
    assert.deepEqual(tools.lines("context"), ["./Containerfile", "./rootfs/etc/version"]);
    assert.match(
      built()[0] ?? "",
      /--build-arg=KUBERNETES_VERSION=1\.34\.3 .*--tag localhost\/edge-lab\/node-image:[0-9a-f]{12} /,
    );
    const [args = ""] = tools.lines("maker.log");
    assert.match(
      args,
      /^podman localhost\/edge-lab\/node-image:[0-9a-f]{12} \S+\/disk\/whole\.raw 100000 \S+\/disk$/,
    );
    assert.deepEqual(readdirSync(join(path, "..")).sort(), [plan.name, `${plan.name}.sha256`]);
    assert.equal(readFileSync(`${path}.sha256`, "utf8"), `${sha256}  ${plan.name}\n`);
    const hash = createHash("sha256");
    for await (const chunk of new BuildHost({ sudo: false }).read(path, 0)) hash.update(chunk as Buffer);
    assert.equal(hash.digest("hex"), sha256);
    assert.ok(lines.some((line) => line.startsWith("disk: $ ")));
    assert.match(readFileSync(join(work, "logs/container.log"), "utf8"), /^\$ podman build/m);
  });

  it("says what it runs, not what is in the program that makes the disk", async () => {
    tools.script("maker", 'printf disk > "$3" # text of the program');
    await build().build();
    const log = readFileSync(join(work, "logs/disk.log"), "utf8");
    assert.match(log, /\/maker podman /);
    assert.ok(!log.includes("text of the program"), log);
  });

  it("does nothing when it is done", async () => {
    const first = await build().build();
    const before = tools.lines("podman.log").length;
    assert.deepEqual(await build().build(), first);
    assert.equal(tools.lines("podman.log").length, before);
  });

  it("goes on at the step that failed, with nothing half-made in place", async () => {
    tools.script("maker", 'echo half > "$3"; echo "write error: No space left on device" >&2; exit 1');
    plan = planned();
    const message = await failure(build().build());
    assert.match(message, /node-v1\.34\.3-\w+\.raw: step disk failed on this machine: the disk is full/);
    assert.ok(message.includes(join(work, "logs/disk.log")));
    assert.deepEqual(readdirSync(join(work, "images", plan.name)), []);
    // The program is part of what an image is called; of this plan only its behaviour changes, as after making room.
    tools.script("maker", 'printf disk > "$3"');
    await build().build();
    assert.equal(built().length, 1, "the container was built once");
  });

  it("makes only the checksum when that alone is missing", async () => {
    const { path } = await build().build();
    rmSync(`${path}.sha256`);
    const again = await build().build();
    assert.equal(tools.lines("maker.log").length, 1);
    assert.ok(existsSync(`${again.path}.sha256`));
  });

  it("says what is missing before it begins", async () => {
    tools.script("id", "echo 1000");
    assert.match(await failure(build().build()), /built by root.*user 1000.*use sudo/);
    tools.script("id", "echo 0");
    tools.script("df", "echo Avail; echo 1000");
    assert.match(await failure(build().build()), /has 0 GiB left, and the image may take 1/);
    tools.script("podman", "echo 'sh: podman: not found' >&2; exit 127");
    assert.match(await failure(build().build()), /step check failed.*podman is not installed/);
    assert.deepEqual(built(), []);
  });

  it("says that there is no loop device before it builds for a maker that needs one", async () => {
    tools.script("losetup", "echo 'losetup: cannot find an unused loop device' >&2; exit 1");
    const disk = { maker: "bootc", format: "raw" as const, size: diskSize };
    const request = { kubernetesVersion: "v1.34.3", baseImage: "base:1", vars: [], disk };
    plan = imagePlan(readDescription(folder.path), request);
    const message = await failure(build(undefined, bootcMaker).build());
    assert.match(message, /step check failed.*no loop device can be had.*modprobe loop/);
    assert.deepEqual(built(), []);
    assert.deepEqual(readdirSync(join(work, "images", plan.name)), []);
  });

  it("names the package that the repositories do not have", async () => {
    tools.script(
      "podman",
      `case "$1" in image) exit 1 ;; build) echo "No match for argument: kubelet-1.34.99"; exit 1 ;; esac`,
    );
    const message = await failure(build().build());
    assert.match(message, /step container failed.*no kubelet-1\.34\.99.*repositories/);
    assert.deepEqual(readdirSync(join(work, "images", plan.name)), ["context"]);
  });

  it("is the same over SSH, words with blanks and quotes included", async () => {
    const host = new BuildHost({ ssh: "root@infra", sudo: false });
    const { path, sha256 } = await build(host).build();
    assert.deepEqual(new Set(tools.lines("hosts")), new Set(["root@infra"]));
    const wild = ["a b", "it's", "$HOME", '"', "*", "é", ""];
    const { output } = await host.run(["printf", "[%s]", ...wild], { timeOut: 60_000 });
    assert.equal(output, wild.map((word) => `[${word}]`).join(""));
    assert.equal((await buffer(host.read(path, diskSize - 4))).length, 4);
    assert.match(sha256, /^[0-9a-f]{64}$/);
  });

  it("ends what runs when it is told to stop, children included", async () => {
    tools.script("maker", 'sleep 600 & echo $! > "$FAKE/child"; echo started >&2; wait');
    plan = planned();
    const stop = new AbortController();
    const job = failure(build(new BuildHost({ sudo: false }, stop.signal)).build());
    while (!lines.some((line) => line.endsWith("started"))) await new Promise((done) => setTimeout(done, 20));
    stop.abort();
    assert.match(await job, /step disk failed.*stopped/);
    const child = Number(tools.lines("child")[0]);
    assert.equal(runs(child), false);
  });

  it("fails when a file cannot be read, in the place of an empty image", async () => {
    const gone = new BuildHost({ sudo: false }).read(join(work, "gone"), 0);
    await assert.rejects(buffer(gone), /cannot be read on this machine: .*No such file/);
  });
});

/** A process that has ended may be there still, until its parent takes note. */
function runs(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) Z /.test(readFileSync(file, "utf8"));
}
