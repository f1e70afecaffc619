import assert from "node:assert/strict";
import type { Lab } from "../../../components/lab.ts";
import type { RecordedResource } from "../harness/recorded-resource.ts";
import type { Recording } from "../harness/recording.ts";
import { recordedLab } from "./recorded-lab.ts";

/** Logical names and inputs of everything but the way of waiting, which is no part of the lab. */
function inputs(lab: Recording<Lab>): Map<string, RecordedResource["inputs"]> {
  return new Map(lab.resources.map((resource) => [`${resource.type} ${resource.name}`, resource.inputs]));
}

/** Paths at which two JSON values differ. */
function differences(a: unknown, b: unknown, path = ""): string[] {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return Object.is(a, b) ? [] : [path];
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const left = new Map<string, unknown>(Object.entries(a));
  const right = new Map<string, unknown>(Object.entries(b));
  return [...keys].flatMap((key) => differences(left.get(key), right.get(key), `${path}/${key}`));
}

function changed(before: Recording<Lab>, after: Recording<Lab>): string[] {
  const now = inputs(after);
  return [...inputs(before)].flatMap(([key, was]) =>
    differences(was, now.get(key)).map((path) => `${key} ${path}`),
  );
}

for (const stack of ["sim", "lab"] as const) {
  describe(`a change of kubernetes.version in Pulumi.${stack}.yaml`, function () {
    this.timeout(300_000);
    let before_: Recording<Lab>;
    let after_: Recording<Lab>;
    before(async () => {
      before_ = await recordedLab({ stack, preview: false });
      const changes = { "edge-lab:kubernetes": { version: "v1.35.4" } };
      after_ = await recordedLab({ stack, preview: false, changes });
    });

    it("makes, renames and removes nothing", () => {
      assert.deepEqual([...inputs(after_).keys()], [...inputs(before_).keys()]);
    });

    it("changes the Cluster's version and image variables, and nothing else", () => {
      const cluster = "kubernetes:cluster.x-k8s.io/v1beta2:Cluster lab-cluster-edge-cluster";
      const [gate, rest] = partition(changed(before_, after_), (line) =>
        line.startsWith("command:local:Command"),
      );
      assert.deepEqual(rest, [
        `${cluster} /spec/topology/variables/1/value/url`,
        `${cluster} /spec/topology/variables/2/value/url`,
        `${cluster} /spec/topology/version`,
      ]);
      // What is done before and after a change is done again, in place: a changed trigger would be a replacement.
      assert.deepEqual(gate, [
        "command:local:Command lab-cluster-edge-reuse-marks-drop /environment/EDGE_LAB_DECLARED",
        "command:local:Command lab-cluster-edge-settled-wait /environment/EDGE_LAB_AWAITED",
      ]);
    });
  });
}

describe("a change of what is in a template", function () {
  this.timeout(300_000);

  it("gives that template another name and points the class to it; the others stay", async () => {
    const was = await recordedLab({ stack: "sim", preview: false });
    const clusters = [
      {
        name: "edge",
        endpoint: { host: "172.22.0.50", interface: "eth0" },
        workers: { replicas: 3 },
        ntp: ["172.22.0.1"],
        cni: { type: "manifest", file: "sim/pod-network.yaml" },
      },
    ];
    const plain = await recordedLab({
      stack: "sim",
      preview: false,
      changes: { "edge-lab:clusters": clusters.map(({ ntp: _, ...cluster }) => cluster) },
    });
    const after = await recordedLab({
      stack: "sim",
      preview: false,
      changes: { "edge-lab:clusters": clusters },
    });
    const templates = (lab: Recording<Lab>): string[] =>
      lab.objects
        .filter(({ kind }) => kind.endsWith("Template"))
        .map(({ metadata }) => String(metadata.name));
    assert.deepEqual(templates(plain), templates(was), "defaults spelt out are the same cluster");
    const [common, renamed] = partition(templates(after), (name) => templates(was).includes(name));
    assert.equal(common.length, 4, "both machine templates, infrastructure and remediation");
    assert.deepEqual(renamed.map((name) => name.replace(/-[0-9a-f]{8}$/, "")).sort(), [
      "edge-control-plane",
      "edge-worker",
    ]);
    const cluster = after.object("ClusterClass", "edge", "clusters");
    for (const name of renamed) assert.ok(JSON.stringify(cluster.spec).includes(name), name);
    assert.deepEqual(after.object("Cluster", "edge").spec, was.object("Cluster", "edge").spec);
  });
});

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
