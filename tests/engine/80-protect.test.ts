import assert from "node:assert/strict";
import { parseDocument } from "yaml";
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

  /** What an update says that is refused for a change of the stack file, which is taken back; the lab is as before then. */
  const refused = async (change: (document: ReturnType<typeof parseDocument>) => void): Promise<string> => {
    let before = "";
    lab.edit((text) => {
      before = text;
      const document = parseDocument(text);
      change(document);
      return document.toString({ lineWidth: 0 });
    });
    const { code, stdout, stderr } = await lab.pulumi("up", ["--yes", "--skip-preview"]);
    lab.edit(() => before);
    assert.notEqual(code, 0, stdout);
    const again = await lab.pulumi("up", ["--yes", "--skip-preview"]);
    assert.equal(again.code, 0, again.stdout + again.stderr);
    return stdout + stderr;
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

  it("does not lose a host that is left out of the stack file", async () => {
    const uid = await lab.field("bmh", "optiplex-2", ".metadata.uid");
    const said = await refused((document) => {
      const hosts = document.getIn(["config", "edge-lab:hosts"]) as {
        items: { get(key: string): unknown }[];
      };
      hosts.items = hosts.items.filter((host) => host.get("name") !== "optiplex-2");
      const replicas = ["config", "edge-lab:clusters", 0, "workers", "replicas"];
      document.setIn(replicas, Number(document.getIn(replicas)) - 1);
    });
    assert.match(said, /lab-hosts-optiplex-2.*protected|protected.*lab-hosts-optiplex-2/s);
    assert.equal(await lab.field("bmh", "optiplex-2", ".metadata.uid"), uid);
    assert.equal(await lab.field("bmh", "optiplex-2", ".metadata.deletionTimestamp"), "");
    // What it needs to be taken down one day is left as well.
    assert.equal((await lab.redfish("GET", "/redfish/v1/Systems/optiplex-2")).status, 200);
  });

  it("does not lose a cluster that is left out of the stack file", async () => {
    const uid = await lab.field("cluster", "edge", ".metadata.uid");
    const said = await refused((document) => document.setIn(["config", "edge-lab:clusters"], []));
    assert.match(said, /lab-cluster-edge-cluster.*protected|protected.*lab-cluster-edge-cluster/s);
    assert.equal(await lab.field("cluster", "edge", ".metadata.uid"), uid);
    assert.equal(await lab.field("cluster", "edge", ".metadata.deletionTimestamp"), "");
  });

  it("is let go by one changed value", async () => {
    await protect("nothing");
    const { code, stdout, stderr } = await lab.pulumi("destroy", ["--preview-only"]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /- \d+ to delete/);
  });
});
