import assert from "node:assert/strict";
import { imageJob } from "../../../components/redfish-emulator/image/image-job.ts";
import { plannedImage } from "../../../components/redfish-emulator/image/planned-image.ts";
import { labConfig } from "../harness/lab-config.ts";
import { recordedLab } from "./recorded-lab.ts";

const emulator = (build: object | undefined): Record<string, unknown> => ({
  "edge-lab:emulator": build === undefined ? {} : { build },
});
const planned = async (build: object) => {
  const job = plannedImage(await labConfig("sim", emulator(build)));
  assert.ok(job);
  return job;
};

describe("the emulator's image", function () {
  this.timeout(600_000);

  it("is built by a step that the pod waits for, and named by what it is made of", async () => {
    const lab = await recordedLab({ stack: "sim", preview: true, changes: emulator({}) });
    const step = lab.resource("lab-redfish-image-build");
    const job = imageJob.parse(JSON.parse(String(step.inputs.stdin)));
    assert.match(job.reference, /^localhost\/edge-lab\/redfish-emulator:[0-9a-f]{12}$/);
    const deployment = lab.resource("lab-redfish-deployment");
    assert.ok(JSON.stringify(deployment.inputs).includes(`"image":"${job.reference}"`));
    assert.ok(deployment.dependsOn.includes(lab.resource("lab-redfish-image").urn));
  });

  it("is not built without `build`", async () => {
    const lab = await recordedLab({ stack: "sim", preview: true, changes: emulator(undefined) });
    assert.throws(() => lab.resource("lab-redfish-image-build"));
    const { inputs } = lab.resource("lab-redfish-deployment");
    assert.ok(JSON.stringify(inputs).includes('"image":"localhost/edge-lab/redfish-emulator:0.1.0"'));
  });

  it("has another tag with another base, the same one however it gets to the node", async () => {
    const { reference } = await planned({});
    assert.equal((await planned({ deliver: { to: "k3s", ssh: "root@192.0.2.1" } })).reference, reference);
    assert.notEqual((await planned({ base: "registry.test/node:22" })).reference, reference);
    assert.notEqual((await planned({ base: "debian" })).reference, reference);
  });

  it("goes by the repository of a registry where it is pushed", async () => {
    const { reference } = await planned({
      deliver: { to: "registry", repository: "registry.test:5000/lab/redfish" },
    });
    assert.match(reference, /^registry\.test:5000\/lab\/redfish:[0-9a-f]{12}$/);
  });

  it("is refused with settings that do not go together", async () => {
    const refused = (build: object, more: object = {}) =>
      labConfig("sim", { "edge-lab:emulator": { build, ...more } });
    await assert.rejects(
      refused({}, { image: "registry.test/redfish:1" }),
      /emulator\.image.*remove one of the two/s,
    );
    await assert.rejects(refused({ deliver: { to: "registry" } }), /deliver\.repository.*is missing/s);
    const repository = "registry.test/redfish";
    await assert.rejects(refused({ deliver: { repository } }), /only for deliver\.to: registry/);
    await assert.rejects(refused({ base: "debian", ssh: "root@192.0.2.1" }), /made where Pulumi runs/);
  });
});
