import assert from "node:assert/strict";
import { recordedLab } from "./recorded-lab.ts";

describe("a pod network from a file", function () {
  this.timeout(300_000);
  const clusters = (file: string) => ({
    "edge-lab:clusters": [
      {
        name: "edge",
        endpoint: { host: "192.168.1.50" },
        workers: { replicas: 3 },
        cni: { type: "manifest", file },
      },
    ],
  });

  it("is made in the cluster once its API answers, and goes with the cluster", async () => {
    const lab = await recordedLab({
      stack: "lab",
      preview: false,
      changes: clusters("sim/pod-network.yaml"),
    });
    const daemonSet = lab.resource("lab-cluster-edge-access-cni-daemonset-kube-system-simulated-pod-network");
    assert.ok(lab.isAfter(daemonSet, lab.resource("lab-cluster-edge-initialised-wait")));
    assert.ok(lab.isAfter(lab.resource("lab-cluster-edge-settled-wait"), daemonSet));
    const { annotations } = daemonSet.inputs.metadata as { annotations: Record<string, string> };
    assert.equal(annotations["pulumi.com/skipAwait"], "true");
  });

  it("is refused before anything is made when the file cannot be read", async () => {
    await assert.rejects(
      recordedLab({ stack: "lab", preview: false, changes: clusters("sim/none.yaml") }),
      /edge-lab:clusters\[\]\.cni\.file: .*none\.yaml cannot be read \(ENOENT\)/,
    );
  });
});
