import assert from "node:assert/strict";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

describe("a protected lab", function () {
  this.timeout(600_000);
  const lab = sharedLab();
  before(sharedLabUp);

  const protect = async (value: string): Promise<void> => {
    lab.edit((text) => text.replace(/^( +edge-lab:protect:) [\w-]+$/m, `$1 ${value}`));
    const { code, stdout, stderr } = await lab.pulumi("up", ["--yes", "--skip-preview"]);
    assert.equal(code, 0, stdout + stderr);
  };

  it("is not destroyed: clusters and hosts stay, and it says what they are", async () => {
    await protect("clusters-and-hosts");
    const uid = await lab.field("bmh", "m920q-1", ".metadata.uid");
    const { code, stdout, stderr } = await lab.pulumi("destroy", ["--yes", "--skip-preview"]);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /lab-cluster-edge-cluster.*protected|protected.*lab-cluster-edge-cluster/s);
    assert.equal(await lab.field("bmh", "m920q-1", ".metadata.uid"), uid);
    assert.equal(await lab.field("cluster", "edge", ".metadata.deletionTimestamp"), "");
    assert.equal(
      await lab.kubectl("get", "namespace", "edge-lab", "-o", "jsonpath={.status.phase}"),
      "Active",
    );
  });

  it("is let go by one changed value", async () => {
    await protect("nothing");
    const { code, stdout, stderr } = await lab.pulumi("destroy", ["--preview-only"]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /- \d+ to delete/);
  });
});
