import assert from "node:assert/strict";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { type PlanInput, upgradePlan } from "../../../../cli/lab/upgrade-plan.ts";
import { FakeCluster } from "./support/fake-cluster.ts";
import { LabProject } from "./support/lab-project.ts";
import { bareMetalHost, cluster, machine } from "./why/real-objects.ts";

const workers = {
  kind: "MachineDeployment",
  metadata: {
    name: "edge-workers",
    labels: {
      "cluster.x-k8s.io/cluster-name": "edge",
      "topology.cluster.x-k8s.io/deployment-name": "workers",
    },
  },
  spec: { replicas: 1 },
};
const input: PlanInput = {
  cluster: cluster(),
  machines: [
    machine({ name: "edge-w-x", node: "w-1" }),
    machine({ name: "edge-cp-x", controlPlane: true, node: "cp-1" }),
  ],
  owners: [workers],
  hostOf: new Map([["edge-cp-x", "cp-1"]]),
  version: "v1.35.4",
  images: ["v1.34.3", "v1.35.4"],
  history: { usual: () => undefined },
};
const obstacles = (changes: Partial<PlanInput>): string =>
  upgradePlan({ ...input, ...changes }).obstacles.join("; ");

describe("an upgrade's plan", () => {
  it("rolls the control plane first, then the workers, each on its host", () => {
    assert.deepEqual(upgradePlan(input), {
      cluster: "edge",
      from: "v1.34.3",
      to: "v1.35.4",
      obstacles: [],
      machines: [
        { machine: "edge-cp-x", host: "cp-1", role: "control plane", from: "v1.34.3" },
        { machine: "edge-w-x", host: null, role: "workers", from: "v1.34.3" },
      ],
      secondsEach: null,
      seconds: null,
    });
  });

  it("tells how long by what machines took before", () => {
    const history = { usual: (step: string) => ({ machine: 300, removal: 60 })[step] };
    const { secondsEach, seconds } = upgradePlan({ ...input, history });
    assert.deepEqual([secondsEach, seconds], [360, 720]);
  });

  it("has nothing to do for the present version", () => {
    assert.deepEqual(upgradePlan({ ...input, version: "v1.34.3" }).machines, []);
    assert.equal(obstacles({ version: "v1.34.3" }), "");
  });

  it("says what is in the way, and plans nothing then", () => {
    assert.match(
      obstacles({ images: ["v1.34.3"] }),
      /no node image is declared for v1\.35\.4 \(there are: v1\.34\.3\)/,
    );
    assert.match(
      obstacles({ version: "v1.36.0", images: ["v1.36.0"] }),
      /more than one minor .* go by v1\.35 first/,
    );
    assert.match(obstacles({ version: "v1.33.9" }), /cannot go back/);
    assert.match(obstacles({ version: "next" }), /no version/);
    assert.deepEqual(upgradePlan({ ...input, version: "v1.33.9" }).machines, []);
  });
});

describe("lab upgrade --plan", function () {
  this.timeout(400_000);

  it("shows it for the newest declared image, and ends with 1 when something is in the way", async () => {
    const project = new LabProject();
    const api = await FakeCluster.start();
    try {
      project.write("kubeconfig", api.kubeconfig);
      api.objects.set(apiPaths.clusters, [cluster()]);
      api.objects.set(apiPaths.machines, input.machines);
      api.objects.set(apiPaths.machineDeployments, [workers]);
      api.objects.set(apiPaths.hosts, [bareMetalHost({ name: "w-1", consumer: "edge-w-x" })]);
      const { stdout, stderr, exitCode } = await project.lab("upgrade", "--plan");
      assert.match(stdout, /^cluster edge: v1\.34\.3 to v1\.35\.4\n/, stderr);
      assert.match(stdout, /\n2 +workers +edge-w-x +w-1 +v1\.34\.3\n\nHow long is not known/);
      assert.equal(exitCode, 0);
      const back = await project.lab("upgrade", "--plan", "v1.30.0", "--json");
      assert.equal(back.exitCode, 1);
      assert.equal((JSON.parse(back.stdout) as { obstacles: string[] }).obstacles.length, 1);
    } finally {
      await api.goAway();
      project.remove();
    }
  });
});
