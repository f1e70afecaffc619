import assert from "node:assert/strict";
import { recordedLab } from "./recorded-lab.ts";

/** How each role's machines and each host are cleaned, as declared; undefined: baremetal-operator's default, metadata. */
async function cleaning(changes: Readonly<Record<string, unknown>> = {}) {
  const lab = await recordedLab({ stack: "lab", preview: false, changes });
  const templates = lab.objects
    .filter(({ kind }) => kind === "Metal3MachineTemplate")
    .map(({ metadata, spec }) => {
      const { template } = spec as { template: { spec: { automatedCleaningMode?: string } } };
      const role = /^edge-(.+)-[0-9a-f]+$/.exec(String(metadata.name))?.[1] ?? "";
      return [role, template.spec.automatedCleaningMode];
    });
  const hosts = lab.objects
    .filter(({ kind }) => kind === "BareMetalHost")
    .map(({ metadata, spec }) => [
      String(metadata.name),
      (spec as { automatedCleaningMode?: string }).automatedCleaningMode,
    ]);
  return { templates: Object.fromEntries(templates), hosts: Object.fromEntries(hosts) };
}

const edge = (changes: object) => ({
  "edge-lab:clusters": [
    { name: "edge", endpoint: { host: "192.168.1.50" }, workers: { replicas: 3 }, ...changes },
  ],
});

describe("data disks", function () {
  this.timeout(300_000);

  it("are not cleaned: neither by a cluster that releases the host, nor before one takes it", async () => {
    const { templates, hosts } = await cleaning();
    assert.deepEqual(templates, { "control-plane": "metadata", worker: "disabled" });
    assert.equal(hosts["optiplex-1"], "disabled");
    assert.equal(hosts["m920q-1"], undefined);
  });

  it("are cleaned where the cluster says so", async () => {
    const { templates, hosts } = await cleaning(edge({ cleaning: "metadata" }));
    assert.deepEqual(templates, { "control-plane": "metadata", worker: "metadata" });
    assert.equal(hosts["optiplex-1"], undefined);
  });

  it("do not decide for hosts that have none, which a cluster may leave uncleaned, too", async () => {
    const { templates, hosts } = await cleaning(edge({ cleaning: "disabled" }));
    assert.deepEqual(templates, { "control-plane": "disabled", worker: "disabled" });
    assert.equal(hosts["m920q-1"], undefined);
  });
});

describe("the time-outs of a cluster", function () {
  this.timeout(300_000);

  it("are the configuration's, for creation, changes and deletion", async () => {
    const timeouts = { initialisedMinutes: 7, settledMinutes: 8, deletedMinutes: 9 };
    const lab = await recordedLab({ stack: "lab", preview: false, changes: edge({ timeouts }) });
    const option = (name: string) =>
      lab.resources.find((resource) => resource.name === name)?.options.customTimeouts;
    // The program that waits ends by itself first, and says what is missing.
    assert.equal(option("lab-cluster-edge-initialised-wait")?.create, "12m");
    assert.equal(option("lab-cluster-edge-settled-wait")?.update, "13m");
    assert.equal(option("lab-cluster-edge-cluster")?.delete, "9m");
  });
});
