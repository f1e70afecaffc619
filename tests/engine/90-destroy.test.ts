import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSimLab } from "../../sim/lab/sim-lab.ts";
import { portOwner } from "../../sim/processes/port-owner.ts";
import { identify } from "../../sim/processes/process-identity.ts";
import { stackState } from "../../sim/pulumi/pulumi-workspace.ts";
import { neededPorts } from "../../sim/steps/preflight.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

interface EngineEvent {
  readonly resOutputsEvent?: {
    readonly metadata: { readonly op: string; readonly urn: string; readonly type: string };
  };
}

describe("the end of a lab", () => {
  const lab = sharedLab();
  before(sharedLabUp);

  it("pulumi destroy takes everything down in the right order", async () => {
    const log = join(lab.settings.stateDir, "destroy.jsonl");
    const { code, stdout, stderr } = await lab.pulumi(
      "destroy",
      ["--yes", "--skip-preview", "--event-log", log],
      {
        PULUMI_DEBUG_COMMANDS: "true",
      },
    );
    assert.equal(code, 0, stdout + stderr);
    const deleted = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .flatMap((line) => (JSON.parse(line) as EngineEvent).resOutputsEvent ?? [])
      .filter(({ metadata }) => metadata.op === "delete")
      .map(({ metadata }) => ({ type: metadata.type, name: metadata.urn.split("::").at(-1) ?? "" }));
    const where = (matches: (entry: { type: string; name: string }) => boolean, what: string) => {
      const found = deleted.flatMap((entry, index) => (matches(entry) ? [index] : []));
      assert.ok(found.length > 0, `${what} was deleted`);
      return { first: Math.min(...found), last: Math.max(...found), what };
    };
    const ofType = (type: string) => where((entry) => entry.type === type, type);
    const definitionsOf = (part: string) =>
      where(
        ({ type, name }) => type.endsWith("CustomResourceDefinition") && name.includes(part),
        `CRDs of ${part}`,
      );
    const order = [
      ofType("kubernetes:cluster.x-k8s.io/v1beta2:MachineHealthCheck"),
      ofType("kubernetes:cluster.x-k8s.io/v1beta2:Cluster"),
      ofType("kubernetes:cluster.x-k8s.io/v1beta2:ClusterClass"),
      ofType("kubernetes:metal3.io/v1alpha1:BareMetalHost"),
      ofType("kubernetes:ironic.metal3.io/v1alpha1:Ironic"),
      definitionsOf("baremetal-operator"),
      ofType("kubernetes:cert-manager.io/v1:ClusterIssuer"),
      definitionsOf("cert-manager"),
      where(({ name }) => name === "lab-namespace-clusters", "the namespace of hosts and clusters"),
    ];
    order.reduce((earlier, later) => {
      assert.ok(earlier.last < later.first, `${earlier.what} before ${later.what}`);
      return later;
    });
    const first = deleted.find(({ type }) => !type.endsWith(":MachineHealthCheck"));
    assert.equal(first?.type, "kubernetes:cluster.x-k8s.io/v1beta2:Cluster", "the cluster goes first");
  });

  it("leaves no object of the lab", async () => {
    assert.deepEqual(stackState(lab.settings)?.resources, []);
    const names = await lab.kubectl("get", "namespaces", "-o", "jsonpath={.items[*].metadata.name}");
    assert.equal(names, "default kube-node-lease kube-public kube-system");
    assert.equal(await lab.kubectl("get", "crd,pv", "-o", "name"), "");
  });

  it("npm stop leaves no process and no port", async () => {
    const processes = (await lab.status()).processes;
    const { code, stdout } = await lab.sim(["down"]);
    assert.equal(code, 0);
    assert.match(stdout, /Ended .*etcd/);
    for (const { name, pid } of processes) if (pid) assert.equal(identify(pid), undefined, name);
    for (const { host, port, purpose } of neededPorts(lab.settings, readSimLab(lab.settings))) {
      assert.equal(portOwner(host, port), undefined, purpose);
    }
    assert.equal((await lab.status()).state, "down");
  });

  it("npm stop has nothing to do the second time", async () => {
    const { code, stdout } = await lab.sim(["down"]);
    assert.equal(code, 0);
    assert.match(stdout, /Nothing was running/);
  });
});
