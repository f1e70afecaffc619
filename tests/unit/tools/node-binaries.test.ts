import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kubernetesVersions } from "../../../components/versions.ts";
import { nodeBinaries } from "../../../tools/node-binaries.ts";
import { ToolError } from "../../../tools/tool-error.ts";
import { ToolBench } from "./tool-bench.ts";

const [first, second] = kubernetesVersions;

describe("binaries of a simulated node", () => {
  let bench: ToolBench;
  beforeEach(async () => {
    bench = new ToolBench();
    await bench.start();
    bench.fakeGo();
    for (const name of ["etcd", "kubernetes", "kubernetes-1.35", "kwok"]) bench.goModules(name);
  });
  afterEach(() => bench.close());

  it("lie in one folder per version, each built from the modules of its version", async () => {
    const folder = await nodeBinaries(second, bench.options);
    assert.deepEqual(readdirSync(folder).sort(), [
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kubeadm",
      "kubectl",
      "kwok",
    ]);
    const kubernetes = bench.builds.filter((line) => line.includes("k8s.io/kubernetes"));
    assert.equal(kubernetes.length, 1);
    assert.match(kubernetes[0] ?? "", new RegExp(`gitVersion=${second} `));
    assert.notEqual(await nodeBinaries(first, bench.options), folder);
    assert.deepEqual(bench.leftovers, []);
  });

  it("are made once, and follow what is built again", async () => {
    const folder = await nodeBinaries(first, bench.options);
    const builds = bench.builds.length;
    await nodeBinaries(first, bench.options);
    assert.equal(bench.builds.length, builds);
    writeFileSync(
      join(bench.bin, "go"),
      readFileSync(join(bench.bin, "go"), "utf8").replace('"built"', '"again"'),
    );
    bench.goModules("etcd", "moved");
    await nodeBinaries(first, bench.options);
    assert.equal(readFileSync(join(folder, "etcd"), "utf8"), "again");
    assert.equal(readFileSync(join(folder, "kwok"), "utf8"), "built");
  });

  it("are never the user's own programs, however well they fit", async () => {
    const own = bench.executable("kube-scheduler", `Kubernetes ${first}`);
    const folder = await nodeBinaries(first, bench.options);
    assert.notEqual(readFileSync(join(folder, "kube-scheduler"), "utf8"), readFileSync(own, "utf8"));
    await assert.rejects(
      nodeBinaries(first, { ...bench.options, route: "path" }),
      /not taken from PATH: a node runs exactly v1\.34\.3/,
    );
  });

  it("come from the public release where that is pinned", async () => {
    bench.offer(["etcd"], "/etcd", Buffer.from("released"));
    const folder = await nodeBinaries(first, bench.options);
    assert.equal(readFileSync(join(folder, "etcd"), "utf8"), "released");
  });

  it("of an unknown version are refused before anything is built, naming those there are", async () => {
    await assert.rejects(nodeBinaries("v1.33.0", bench.options), (error: unknown) => {
      assert.ok(error instanceof ToolError && error.code === "bad-option");
      assert.match(error.message, /Kubernetes v1\.33\.0[\s\S]*v1\.34\.3, v1\.35\.4/);
      return true;
    });
    assert.deepEqual(bench.builds, []);
    assert.equal(existsSync(join(bench.cache.root, "node")), false);
  });
});
