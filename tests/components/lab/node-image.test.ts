import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lab } from "../../../components/lab.ts";
import { plannedImages } from "../../../components/node-image/planned-images.ts";
import { labConfig } from "../harness/lab-config.ts";
import type { Recording } from "../harness/recording.ts";
import { recordedLab } from "./recorded-lab.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const fixture = {
  description: "sim/node-image",
  maker: "sim/node-image/make-disk",
  baseImage: "scratch",
  size: "16Mi",
};
const nodeImage = (build: object = {}) => ({
  "edge-lab:nodeImage": { serve: { port: 8088 }, build: { ...fixture, ...build } },
});

describe("a lab that builds its node images", function () {
  this.timeout(300_000);

  const record = (build: object = {}, preview = false) =>
    recordedLab({ stack: "sim", preview, changes: nodeImage(build) });
  const commands = (lab: Recording<Lab>) =>
    lab.resources.filter(({ name, type }) => type.endsWith(":Command") && name.includes("node-image"));
  const triggers = (lab: Recording<Lab>) =>
    Object.fromEntries(commands(lab).map(({ name, inputs }) => [name, inputs.triggers]));
  const clusterImage = (lab: Recording<Lab>) => {
    const { topology } = lab.object("Cluster", "edge").spec as {
      topology: { variables: { name: string; value: { url?: string; checksum?: string } }[] };
    };
    return topology.variables.find(({ name }) => name === "workerImage")?.value;
  };

  it("builds, then publishes on the server, then changes clusters", async () => {
    const lab = await record();
    const [build, publish] = ["lab-node-image-steps-build-v1.34.3", "lab-node-image-steps-publish"].map(
      (name) => lab.resource(name),
    );
    assert.ok(build && publish);
    assert.deepEqual(
      commands(lab).map(({ name }) => name),
      [build.name, publish.name],
    );
    assert.ok(lab.isAfter(publish, build));
    assert.ok(lab.isAfter(publish, lab.resource("lab-node-image-deployment")));
    assert.ok(!lab.isAfter(build, lab.resource("lab-node-image-deployment")), "it needs no cluster");
    assert.ok(lab.isAfter(lab.resource("lab-cluster-edge-cluster"), publish));
    for (const { inputs } of [build, publish]) {
      assert.match(String(inputs.create), /^exec node nodeimage\/steps\/cli\.ts (build|publish)$/);
      assert.equal(inputs.delete, undefined, "what hosts may have is never removed with the resource");
      assert.equal(inputs.addPreviousOutputInEnv, false);
    }
  });

  it("gives the image's name to clusters and stack outputs, in a preview too", async () => {
    for (const preview of [true, false]) {
      const lab = await record({}, preview);
      const image = clusterImage(lab);
      assert.match(image?.url ?? "", /^http:\/\/127\.20\.0\.1:8088\/node-v1\.34\.3-[0-9a-f]{12}\.raw$/);
      assert.equal(image?.checksum, `${image?.url}.sha256`);
      assert.equal(lab.result.nodeImage?.url, image?.url);
      assert.equal(lab.result.nodeImage?.sha256, image?.checksum);
      assert.deepEqual(lab.result.nodeImages, { "v1.34.3": image?.url });
    }
  });

  it("runs nothing when nothing changes, and everything again when an input does", async () => {
    const before = await record();
    assert.deepEqual(triggers(await record({})), triggers(before));
    // Where and by what it is built is no part of the image.
    assert.deepEqual(
      triggers(await record({ keep: 5, engine: "docker", ssh: "me@infra" })),
      triggers(before),
    );
    for (const change of [
      { vars: { packages: ["htop"] } },
      { vars: { custom: { greeting: "hi" } } },
      { size: "17Mi" },
      { baseImage: "other" },
    ]) {
      const after = await record(change);
      for (const [name, value] of Object.entries(triggers(after)))
        assert.notDeepEqual(value, triggers(before)[name], `${name} ${JSON.stringify(change)}`);
      assert.notEqual(clusterImage(after)?.url, clusterImage(before)?.url, "machines roll");
    }
  });

  it("goes back by one setting, without a build", async () => {
    const name = "node-v1.34.3-0123456789ab.raw";
    const lab = await record({ use: { "v1.34.3": name } });
    assert.deepEqual(
      commands(lab).map((command) => command.name),
      ["lab-node-image-steps-publish"],
    );
    const job = JSON.parse(String(lab.resource("lab-node-image-steps-publish").inputs.stdin)) as {
      images: unknown[];
      used: string[];
    };
    assert.deepEqual([job.images, job.used], [[], [name]], "it is looked for before clusters change");
    assert.equal(clusterImage(lab)?.url, `http://127.20.0.1:8088/${name}`);
    assert.equal(lab.result.nodeImage?.url, clusterImage(lab)?.url);
  });

  it("has prebuilt images beside built ones, and no step at all without a build", async () => {
    const prebuilt = { url: "http://127.20.0.1:8088/mine.raw", sha256: "0".repeat(64) };
    const both = await recordedLab({
      stack: "sim",
      preview: false,
      changes: {
        "edge-lab:nodeImage": { build: fixture, images: { mine: { ...prebuilt, version: "v1.34.3" } } },
      },
    });
    assert.deepEqual(Object.keys(both.result.nodeImages).sort(), ["mine", "v1.34.3"]);
    const none = await recordedLab({ stack: "sim", preview: false });
    assert.deepEqual(commands(none), []);
    assert.match(none.result.nodeImage?.url ?? "", /\/node-v1\.34\.3\.raw$/);
  });
});

describe("a description with a mistake", () => {
  let folder: string;
  beforeEach(() => {
    mkdirSync(join(project, ".edge-lab"), { recursive: true });
    folder = mkdtempSync(join(project, ".edge-lab", "image-"));
    cpSync(join(project, "sim/node-image"), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refusal = async (build: object): Promise<string> => {
    const config = await labConfig("sim", nodeImage({ description: relative(project, folder), ...build }));
    try {
      plannedImages(config);
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.doesNotMatch(error.stack ?? "", /\n\s+at /, "people see the message alone");
      return error.message;
    }
    return assert.fail("it should be refused");
  };

  it("is refused before the first resource, with file, line and name", async () => {
    writeFileSync(join(folder, "templates/etc/bad.j2"), "one\n{{ kubernets.version }}\n");
    const message = await refusal({});
    assert.match(
      message,
      /^edge-lab:nodeImage\.build, image of v1\.34\.3: templates\/etc\/bad\.j2, line 2: /,
    );
    assert.match(message, /kubernets is no variable: add it to vars\.yaml/);
  });

  it("is refused when a file or the maker is missing, or CRI-O is of another version", async () => {
    assert.match(await refusal({ maker: "sim/nowhere" }), /maker .*sim\/nowhere cannot be read/);
    assert.match(await refusal({ vars: { crioVersion: "1.35.1" } }), /crioVersion 1\.35\.1 is not of/);
    rmSync(join(folder, "Containerfile"));
    assert.match(await refusal({}), /Containerfile is missing/);
  });
});
