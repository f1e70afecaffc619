import { hostOrder } from "../checks/host-order.ts";
import { plugBudget } from "../checks/plug-budget.ts";
import type { Story } from "../runner/story.ts";
import { clusterIsWhole, hostSegments, mainCluster } from "./cluster-is-whole.ts";
import { previewHasNothingToDo } from "./preview-has-nothing-to-do.ts";

/** From nothing to a cluster that works. */
export const firstUp: Story = {
  id: "a",
  title: "The first up",
  about:
    "From nothing to a workload cluster that is Available: each host is registered, inspected, offered and provisioned, kubeadm makes a control plane and joins workers, and the kubeconfig that the lab command gives works. A second preview has nothing to do.",
  lab: "rack",
  begins: "nothing",
  ends: "running",
  commands: [
    "npm start",
    "lab kubeconfig edge --output edge.kubeconfig",
    "kubectl --kubeconfig edge.kubeconfig get nodes",
  ],
  run: async (flight) => {
    const { lab, recorder, checks, began, step } = flight;
    const { controlPlanes, workers } = lab.shape;
    step("npm start");
    await lab.up();
    const minutes = ((Date.now() - began) / 60_000).toFixed(1);
    checks.measured("from nothing to Available", `${minutes} minutes`);

    const used = (await lab.placements()).map(({ host }) => host);
    checks.equal("as many hosts are used as machines are declared", used.length, controlPlanes + workers);
    checks.none(
      "each host went its way in order",
      hostOrder(hostSegments(flight, began), used, [
        "registering",
        "inspecting",
        "available",
        "provisioning",
        "provisioned",
      ]),
    );
    await clusterIsWhole(flight, { machines: controlPlanes + workers, version: lab.version() });
    const controllers = "jsonpath={.items[*].metadata.name}";
    const label = "node-role.kubernetes.io/control-plane";
    const found = await lab.inCluster(mainCluster, "get", "nodes", "-l", label, "-o", controllers);
    checks.equal(
      "the control plane is on the hosts of that role",
      found.split(" ").sort(),
      lab.hosts("control-plane"),
    );
    await recorder.look(true);
    checks.none("no plug was asked more than its budget", plugBudget(recorder.records(), began));

    await previewHasNothingToDo(flight);
  },
};
