import { waitUntil } from "../../../sim/processes/wait-until.ts";
import { untouchedHosts } from "../checks/untouched-hosts.ts";
import type { Story } from "../runner/story.ts";
import { clusterIsWhole } from "./cluster-is-whole.ts";

/** The controllers are rolled out anew. */
export const controllersMove: Story = {
  id: "j",
  title: "The lab's own controllers are rolled out anew",
  about:
    "The emulator by a changed setting and `pulumi up`, the six controllers by `kubectl rollout restart`: new pods with new identities, elections and webhooks, as when a version moves. What is played is the version: the programs are the same ones, since the sim holds one build of each. No host changes its state.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: [
    "pulumi up      # with edge-lab:emulator.logLevel changed",
    "kubectl --namespace NAMESPACE rollout restart deployment NAME",
    "kubectl --namespace NAMESPACE rollout status deployment NAME",
  ],
  run: async (flight) => {
    const { lab, recorder, checks, step } = flight;
    const from = Date.now();
    const pods = async (): Promise<string[]> => {
      const uids = "jsonpath={.items[*].metadata.uid}";
      return (await lab.kubectl("get", "pods", "--all-namespaces", "--output", uids)).split(" ");
    };
    const before = await pods();

    step("pulumi up with another log level of the emulator");
    const level = ["config", "edge-lab:emulator", "logLevel"];
    lab.editStack((document) => document.setIn(level, document.getIn(level) === "debug" ? "info" : "debug"));
    await lab.pulumiUp();

    const columns = "{range .items[*]}{.metadata.namespace}/{.metadata.name} {end}";
    const deployments = await lab.kubectl(
      "get",
      "deployments",
      "--all-namespaces",
      "--output",
      `jsonpath=${columns}`,
    );
    const controllers = deployments
      .trim()
      .split(" ")
      .filter((path) => path.endsWith("controller-manager"));
    checks.equal("there are six controllers", controllers.length, 6);
    // A setting reaches a running emulator; another version would be another pod, which "anew" stands for.
    for (const path of ["edge-lab/redfish-emulator", ...controllers]) {
      const [namespace = "", name = ""] = path.split("/");
      step(`${path} anew`);
      await lab.kubectl(`--namespace=${namespace}`, "rollout", "restart", "deployment", name);
      await lab.kubectl(
        `--namespace=${namespace}`,
        "rollout",
        "status",
        "deployment",
        name,
        "--timeout=180s",
      );
    }
    // A rollout is done when the new pods are ready; the last old one may still be on its way out.
    const kept = await waitUntil(
      async () => {
        const after = await pods();
        const old = before.filter((uid) => after.includes(uid));
        // The image server is not one of them.
        return old.length <= 1 ? old : undefined;
      },
      { what: "the old pods to go", timeoutMs: 120_000, everyMs: 2_000 },
    );
    checks.ok("all of them have new pods", true, `${kept.length} of ${before.length} pods are the old ones`);

    step("pulumi up");
    await lab.pulumiUp();
    const machines = lab.shape.controlPlanes + lab.shape.workers;
    await clusterIsWhole(flight, { machines, version: lab.version() });
    checks.none("no host was touched", untouchedHosts(recorder.records(), lab.hosts(), from));
  },
};
