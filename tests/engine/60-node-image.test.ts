import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { forgetBuiltImage } from "../support/forget-built-image.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

const present = (command: string): boolean => spawnSync(command, ["--version"]).error === undefined;

/** A lab that builds its node image by podman and publishes it through the API server: everything but its machines. */
describe("a node image that is built", () => {
  const lab = sharedLab();
  const { projectDir, stateDir } = lab.settings;
  const description = join(stateDir, "image");
  const work = join(stateDir, "image-work");
  const built = /node-v[\d.]+-[0-9a-f]{12}\.raw/;
  let first: string;
  let second: string;

  before("build in the place of prebuilt images", async function () {
    if (process.getuid?.() !== 0 || !present("podman") || !present("mke2fs")) this.skip();
    await sharedLabUp();
    cpSync(join(projectDir, "sim/node-image"), description, { recursive: true });
    const build = `    build:
      description: ${relative(projectDir, description)}
      maker: ${relative(projectDir, join(description, "make-disk"))}
      baseImage: scratch
      workFolder: ${work}
      size: 16Mi
      vars: {packages: []}
`;
    lab.edit((text) => text.replace(/^ {4}images:.*\n(?: {6}.*\n)*/m, build));
  });
  after(() => {
    for (const name of [first, second].filter((one) => one !== undefined)) {
      forgetBuiltImage(projectDir, name);
    }
    rmSync(work, { recursive: true, force: true });
  });

  const url = (file: string): string => `http://127.21.0.1:8088/${file}`;
  const up = async (outcome: "done" | "fails" = "done"): Promise<string> => {
    const { code, stdout, stderr } = await lab.pulumi("up", ["--yes", "--skip-preview"]);
    assert.equal(code === 0 ? "done" : "fails", outcome, stdout + stderr);
    return stdout + stderr;
  };
  const preview = async (): Promise<string> => {
    const { code, stdout, stderr } = await lab.pulumi("preview");
    assert.equal(code, 0, stdout + stderr);
    return stdout + stderr;
  };
  const ofCluster = async (): Promise<string> =>
    built.exec(await lab.field("cluster", "edge", ".spec.topology.variables"))?.[0] ?? "none";
  const logs = (name: string): string => join(projectDir, ".edge-lab/node-images", name, "logs");

  it("is named in the preview, which builds nothing", async () => {
    const text = await preview();
    assert.match(
      text,
      /node image v[\d.]+ will be rebuilt as node-v[\d.]+-[0-9a-f]{12}\.raw because it is not/,
    );
    assert.equal(existsSync(work), false);
  });

  it("is built, published with its checksum, and given to the cluster", async () => {
    const text = await up();
    assert.match(text, /container: \$ podman build/, "progress is shown while it runs");
    first = await ofCluster();
    assert.equal(await lab.output("nodeImageUrl"), url(first));
    assert.equal(await lab.output("nodeImageSha256"), url(`${first}.sha256`));
    const content = Buffer.from(await (await fetch(url(first))).arrayBuffer());
    assert.equal(content.length, 16 * 1024 ** 2);
    const line = `${createHash("sha256").update(content).digest("hex")}  ${first}\n`;
    assert.equal(await (await fetch(url(`${first}.sha256`))).text(), line);
    assert.ok((await (await fetch(url("SHA256SUMS"))).text()).includes(line));
    assert.match(content.subarray(0, 100).toString("latin1"), /^edge-lab simulated node image kubernetes=v/);
    assert.match(readFileSync(join(logs(first), "container.log"), "utf8"), /STEP \d/, "the full log is kept");
    assert.equal(existsSync(join(work, first)), false, "the building machine has its room again");
    // It is told to go; a pod takes its time.
    const objects = ["get", "pods,secrets,configmaps", "-o", "name"];
    while (/image-writer/.test(await lab.kubectl("-n", "edge-lab", ...objects))) await pause(500);
  });

  it("runs no command when nothing has changed", async () => {
    rmSync(logs(first), { recursive: true });
    assert.match(await preview(), new RegExp(`unchanged: ${first}`));
    const { code, stdout } = await lab.pulumi("preview", ["--expect-no-changes"]);
    assert.equal(code, 0, stdout);
    await up();
    assert.equal(existsSync(logs(first)), false);
  });

  it("is rebuilt for a changed input, which the preview names, and rolls the cluster", async () => {
    lab.edit((text) => text.replace("vars: {packages: []}", "vars: {packages: [htop]}"));
    assert.match(await preview(), /will be rebuilt as .* because .*packages: none → htop/);
    await up();
    second = await ofCluster();
    assert.notEqual(second, first);
    assert.equal((await fetch(url(second), { method: "HEAD" })).status, 200);
    assert.equal((await fetch(url(first), { method: "HEAD" })).status, 200, "the old one is kept");
  });

  it("goes back by one setting, without a build", async () => {
    const use = `use: {"${/v[\d.]+(?=-)/.exec(first)?.[0]}": ${first}}`;
    lab.edit((text) => text.replace(/^( {6})size: 16Mi\n/m, `$1size: 16Mi\n$1${use}\n`));
    assert.match(await preview(), new RegExp(`will be the earlier ${first} again; nothing is built`));
    rmSync(logs(second), { recursive: true });
    await up();
    assert.equal(await ofCluster(), first);
    assert.equal(existsSync(logs(second)) || existsSync(logs(first)), false);
  });

  it("is not given to the cluster when it is not there any more", async () => {
    const gone = first.replace(/-[0-9a-f]{12}\./, "-000000000000.");
    lab.edit((text) => text.replace(`: ${first}}`, `: ${gone}}`));
    const text = await up("fails");
    assert.ok(text.includes(`names ${gone}, which the image server does not have any more`), text);
    assert.ok(text.includes(first) && text.includes(second), "what there is instead");
    assert.equal(await ofCluster(), first);
    lab.edit((file) => file.replace(/^ {6}use: .*\n/m, ""));
  });

  it("fails with one sentence and changes nothing when its disk has no room, and goes on afterwards", async () => {
    lab.edit((text) => text.replace("size: 16Mi", "size: 900Ti"));
    const text = await up("fails");
    assert.match(text, /has \d+ GiB left, and the image may take 921600: free some space/);
    assert.equal(await ofCluster(), first);
    lab.edit((file) => file.replace("size: 900Ti", "size: 16Mi"));
    await up();
    assert.equal(await ofCluster(), second);
  });

  it("is refused with file and line before anything is touched, when a template has a mistake", async () => {
    const bad = join(description, "templates/etc/bad.j2");
    writeFileSync(bad, "{{ nowhere }}\n");
    const text = await up("fails");
    rmSync(bad);
    assert.match(text, /templates\/etc\/bad\.j2, line 1: nowhere is no variable/);
    assert.equal(await ofCluster(), second);
    assert.doesNotMatch(text, /\n\s+at /);
  });
});
