import assert from "node:assert/strict";
import { type EarlierImage, imageNews } from "../../../components/node-image/image-news.ts";
import type { PlannedImage } from "../../../components/node-image/planned-images.ts";
import { SparseLines } from "../../../nodeimage/steps/sparse-lines.ts";

const inputs = { EXTRA_PACKAGES: "htop", KUBERNETES_VERSION: "1.34.3", "/etc/motd": "1" };
const name = "node-v1.34.3-aaaaaaaaaaaa.raw";
const image = {
  version: "v1.34.3",
  name,
  url: `http://192.168.1.10:8088/${name}`,
  format: "raw",
  build: { hash: "aa", inputs, job: {} as NonNullable<PlannedImage["build"]>["job"] },
} satisfies PlannedImage;
const earlier = (changes: object): EarlierImage => ({
  name: "node-v1.34.3-bbbbbbbbbbbb.raw",
  inputs: { ...inputs, ...changes },
});
const news = (before: EarlierImage | undefined, published = false) =>
  imageNews(image, { earlier: before, published });

describe("what a preview says about a node image", () => {
  it("is that it is unchanged, built for the first time, or rebuilt and why", () => {
    assert.equal(news({ ...earlier({}), name }), `node image v1.34.3 unchanged: ${name}`);
    assert.equal(news(undefined), `node image v1.34.3 will be built as ${name}`);
    assert.equal(
      news(earlier({ EXTRA_PACKAGES: "", "/etc/motd": "0" })),
      `node image v1.34.3 will be rebuilt as ${name} because /etc/motd changed; packages: none → htop`,
    );
    assert.match(news(earlier({ KUBERNETES_VERSION: "1.34.2" })), /Kubernetes version: 1\.34\.2 → 1\.34\.3$/);
  });

  it("is that nothing is built when it is published already, or an earlier one is used", () => {
    assert.match(
      news(earlier({ EXTRA_PACKAGES: "" }), true),
      /none → htop; it is published already, nothing/,
    );
    const used = { ...image, build: undefined };
    assert.match(imageNews(used, { earlier: earlier({}), published: true }), /the earlier node-v1\.34\.3-a+/);
  });

  it("says so when it cannot be told what the earlier one was made of", () => {
    const unknown = { name: "node-v1.34.3-bbbbbbbbbbbb.raw", inputs: { unknown: "it does not answer" } };
    assert.match(news(unknown), /rebuilt as .* because it is not made of what .*b\.raw was \(it does not/);
  });
});

describe("the progress of a step", () => {
  it("shows commands and what the step says, and of a program's output a line now and then", () => {
    let now = 0;
    const shown: string[] = [];
    const lines = new SparseLines(
      (line) => shown.push(line),
      () => now,
    );
    for (const command of ["rm -rf /work", "podman build"]) lines.add(`container: $ ${command}`);
    for (const text of ["STEP 1", "STEP 2"]) lines.add(`container: ${text}`);
    now += 3000;
    lines.add("container: STEP 9");
    lines.add("node-v1.34.3-a.raw: 10% of 5 MiB");
    assert.deepEqual(shown, [
      "container: $ podman build",
      "container: STEP 1",
      "container: STEP 9",
      "node-v1.34.3-a.raw: 10% of 5 MiB",
    ]);
  });
});
