import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { debianPackages } from "../../support/debian-packages.ts";
import { forgetBuiltImage } from "../../support/forget-built-image.ts";
import { ownHosts } from "../checks/own-hosts.ts";
import type { Flight, Story } from "../runner/story.ts";
import { clusterIsWhole } from "./cluster-is-whole.ts";
import { previewHasNothingToDo } from "./preview-has-nothing-to-do.ts";

const NODE_IMAGE = ["config", "edge-lab:nodeImage"];
const GREETING = [...NODE_IMAGE, "build", "vars", "custom", "greeting"];
const BUILT = /node-v[\d.]+-[0-9a-f]{12}\.raw/;

/** Node images that the lab makes itself. */
export const builtImage: Story = {
  id: "l",
  title: "A node image is built, and built again",
  about:
    "Prebuilt images give way to one that podman builds: it is published on the lab's image server, and every machine is rebuilt from it, which downloads and verifies it. After that a preview has nothing to do. One changed variable names another image before anything is built, and the machines are rebuilt from that one.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: [
    "pulumi preview      # with `nodeImage` as in Pulumi.sim-image.yaml",
    "pulumi up",
    "pulumi config set --path edge-lab:nodeImage.build.vars.custom.greeting welcome",
    "pulumi preview && pulumi up",
  ],
  run: async (flight) => {
    const { lab, checks, step } = flight;
    const missing = await debianPackages({ podman: "podman", mke2fs: "e2fsprogs" });
    if (missing !== undefined) throw new Error(missing);
    const made: string[] = [];
    try {
      step("a build in the place of prebuilt images");
      const source = readFileSync(join(lab.settings.projectDir, "Pulumi.sim-image.yaml"), "utf8");
      const section = parseDocument(source).getIn(NODE_IMAGE);
      lab.editStack((document) => {
        document.setIn(NODE_IMAGE, section);
        // Nobody's images any more.
        document.deleteIn(["config", "edge-lab:clusters", 0, "image"]);
      });
      made.push(await built(flight, /will be rebuilt as .* because it is not/));

      await previewHasNothingToDo(flight);

      step("another greeting");
      lab.editStack((document) => document.setIn(GREETING, "welcome"));
      made.push(await built(flight, /will be rebuilt as .* because .*\/etc\/edge-lab-image changed/));
      checks.equal("it is another image", new Set(made).size, 2);
    } finally {
      for (const name of made) forgetBuiltImage(lab.settings.projectDir, name);
    }
  },
};

/** Previews and brings up a lab whose image has changed, and judges it. @returns the image's name. */
async function built(flight: Flight, news: RegExp): Promise<string> {
  const { lab, checks, step } = flight;
  const workers = async () =>
    (await lab.placements()).filter(({ host }) => lab.hosts("worker").includes(host));
  const before = await workers();
  const preview = await lab.pulumi("preview");
  checks.match("the preview says that it will be built, and why", `${preview.stdout}${preview.stderr}`, news);

  step("pulumi up");
  await lab.pulumiUp();
  const url = await lab.output("nodeImageUrl");
  const [name = ""] = BUILT.exec(url) ?? [];
  checks.match("the image is on the lab's own server", url, BUILT);
  await clusterIsWhole(flight, {
    machines: lab.shape.controlPlanes + lab.shape.workers,
    version: lab.version(),
  });
  checks.none("each worker was rebuilt on its own host", ownHosts(before, await workers()));
  for (const { host } of await lab.placements()) {
    checks.equal(`${host} has the image`, await lab.field("bmh", host, ".spec.image.url"), url);
    checks.equal(
      `and was given its checksum`,
      await lab.field("bmh", host, ".spec.image.checksum"),
      `${url}.sha256`,
    );
  }
  return name;
}
