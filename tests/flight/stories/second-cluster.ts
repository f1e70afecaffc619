import { apiGaps } from "../checks/api-gaps.ts";
import { hostOrder } from "../checks/host-order.ts";
import { untouchedHosts } from "../checks/untouched-hosts.ts";
import type { Story } from "../runner/story.ts";
import { clusterIsWhole, hostSegments, mainCluster } from "./cluster-is-whole.ts";

const SECOND = "second";

/** Two clusters in one lab, and then one again. */
export const secondCluster: Story = {
  id: "e",
  title: "A second cluster comes and goes",
  about:
    "A second cluster in the same stack is made out of free hosts. Taken out of the configuration, it is decommissioned and its hosts are free again, while the first one serves all the time.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: [
    "pulumi up      # with a second entry in edge-lab:clusters",
    "lab kubeconfig second",
    "pulumi up      # without it",
  ],
  run: async (flight) => {
    const { lab, recorder, checks, step } = flight;
    const file = lab.stackFile();
    const first = (await lab.placements()).map(({ host }) => host);
    const machines = first.length;
    step("a second cluster");
    lab.editStack((document) => {
      const clusters = ["config", "edge-lab:clusters"];
      const endpoint = String(document.getIn([...clusters, 0, "endpoint", "host"]));
      document.addIn(clusters, {
        name: SECOND,
        endpoint: { host: endpoint.replace(/\.\d+$/, ".51"), interface: "eth0" },
        controlPlane: { replicas: 1, untainted: true },
        network: { pods: ["10.245.0.0/16"], services: ["10.97.0.0/16"] },
        cni: { type: "manifest", file: "sim/pod-network.yaml" },
      });
    });
    const from = Date.now();
    await recorder.askApi(mainCluster);
    await lab.pulumiUp();
    const version = lab.version();
    await clusterIsWhole(flight, { cluster: SECOND, machines: 1, version });
    await clusterIsWhole(flight, { machines, version });
    const [taken = ""] = (await lab.placements())
      .filter(({ cluster }) => cluster === SECOND)
      .map(({ host }) => host);

    step("and without it again");
    const without = Date.now();
    lab.edit(() => file);
    await lab.pulumiUp();
    await recorder.stopAsking(mainCluster);
    const clusters = await lab.kubectl(
      "--namespace=clusters",
      "get",
      "cluster,clusterclass",
      "--output=name",
    );
    checks.equal("only the first cluster is left", clusters.trim().split("\n").sort(), [
      `cluster.cluster.x-k8s.io/${mainCluster}`,
      `clusterclass.cluster.x-k8s.io/${mainCluster}`,
    ]);
    checks.none(
      `${taken} was deprovisioned and is free`,
      hostOrder(hostSegments(flight, without), [taken], ["provisioned", "deprovisioning", "available"]),
    );
    await clusterIsWhole(flight, { machines, version });
    checks.none("no host of the first cluster was touched", untouchedHosts(recorder.records(), first, from));
    const gaps = apiGaps(recorder.records(), mainCluster, from, Date.now(), [], []);
    checks.none(
      "the first cluster served all the time",
      gaps.map(({ seconds }) => `${seconds.toFixed(1)} s away`),
    );
  },
};
