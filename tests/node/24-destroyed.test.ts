import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { leaveOut } from "../support/leave-out.ts";
import { deployedLab } from "./deployed-lab.ts";
import { sharedNode } from "./shared-node.ts";

describe("what a lab deploys, when it is destroyed on a real node", () => {
  before(async function () {
    leaveOut(this, await deployedLab.up());
  });
  after(() => deployedLab.close());

  it("goes with its namespaces, its definitions and its volumes", async () => {
    const folders = await Promise.all(
      ["redfish-emulator-data", "image-server"].map((claim) => deployedLab.volumeFolder(claim)),
    );
    for (const folder of folders) assert.ok(existsSync(folder), folder);
    await deployedLab.lab.destroy();
    const left = await sharedNode.kubectl(
      "get",
      "namespace,customresourcedefinition,persistentvolume",
      "-o",
      "name",
    );
    assert.doesNotMatch(left, /edge-lab|cert-manager|clusters/);
    for (const folder of folders)
      await waitUntil(() => !existsSync(folder), { timeoutMs: 180_000, what: `the removal of ${folder}` });
  });
});
