import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { requireDiskSpace } from "../../../tools/disk-space.ts";
import { resolveTools } from "../../../tools/resolver.ts";
import { ToolError } from "../../../tools/tool-error.ts";
import { ToolBench } from "./tool-bench.ts";

const hasCode = (code: string) => (error: unknown) => error instanceof ToolError && error.code === code;

describe("tools by building", () => {
  let bench: ToolBench;
  beforeEach(async () => {
    bench = new ToolBench();
    await bench.start();
    bench.fakeGo();
    for (const name of ["etcd", "kubernetes", "kwok"]) bench.goModules(name);
  });
  afterEach(() => bench.close());

  const build = (...names: Parameters<typeof resolveTools>[0]) =>
    resolveTools(names, { ...bench.options, route: "build" });

  it("builds once, and again only when the pinned modules change", async () => {
    const [first] = await build("etcd");
    assert.equal(first?.source, "build");
    assert.equal(readFileSync(first?.path ?? "", "utf8"), "built");
    await build("etcd");
    assert.equal(bench.builds.length, 1);
    bench.goModules("etcd", "moved");
    await build("etcd");
    assert.equal(bench.builds.length, 2);
    assert.deepEqual(bench.leftovers, []);
  });

  it("builds what was asked for and nothing else, tools of one module folder by one command", async () => {
    await build("kubectl", "kube-scheduler", "etcd");
    assert.equal(bench.builds.length, 2);
    const kubernetes = bench.builds.find((line) => line.includes("k8s.io/kubernetes")) ?? "";
    assert.match(kubernetes, /cmd\/kubectl .*cmd\/kube-scheduler/);
    assert.doesNotMatch(kubernetes, /kube-apiserver/);
    await build("kubectl", "kube-scheduler", "kube-apiserver");
    assert.match(bench.builds[2] ?? "", /cmd\/kube-apiserver GOPROXY=$/, "only what is missing is built");
  });

  it("tells Kubernetes its version", async () => {
    await build("kubectl");
    assert.match(bench.builds[0] ?? "", /version\.gitVersion=v1\.34\.3 .*gitMajor=1 .*gitMinor=34/);
  });

  it("gives each program its own name where go would call two the same", async () => {
    bench.goModules("metal3");
    const found = await build("cluster-api-bootstrap", "cluster-api-control-plane", "ip-address-manager");
    assert.deepEqual(
      found.map(({ path }) => path.split("/").at(-1)),
      ["cluster-api-bootstrap", "cluster-api-control-plane", "ip-address-manager"],
    );
    const bootstrap = bench.builds.find((line) => line.includes("/bootstrap/kubeadm")) ?? "";
    assert.doesNotMatch(bootstrap, /controlplane/);
    assert.match(bootstrap, /cluster-api\/version\.gitVersion=v\d+\.\d+\.\d+ /);
  });

  it("is not repeated for a wish to download that is still not pinned", async () => {
    await resolveTools(["etcd"], bench.options);
    const [again] = await resolveTools(["etcd"], bench.options);
    assert.match(again?.note ?? "", /not on PATH; etcd v\S+ is not pinned/);
    assert.equal(bench.builds.length, 1);
  });

  it("gives way to the download once that is pinned", async () => {
    await resolveTools(["etcd"], bench.options);
    bench.offer(["etcd"], "/etcd", Buffer.from("released"));
    assert.equal((await resolveTools(["etcd"], bench.options))[0]?.source, "download");
  });

  it("ends go when interrupted, leaves nothing half-done, and goes on the next time", async () => {
    writeFileSync(join(bench.folder, "hang"), "");
    const interrupt = new AbortController();
    const options = { ...bench.options, route: "build", signal: interrupt.signal } as const;
    const interrupted = assert.rejects(resolveTools(["etcd"], options), hasCode("interrupted"));
    const hanging = join(bench.folder, "hanging");
    while (!existsSync(hanging) || readFileSync(hanging, "utf8") === "") await delay(10);
    interrupt.abort();
    await interrupted;
    const goProcess = Number(readFileSync(hanging, "utf8"));
    assert.throws(() => process.kill(goProcess, 0), { code: "ESRCH" });
    assert.deepEqual(bench.leftovers, []);
    assert.equal(existsSync(join(bench.cache.root, "bin")), false);

    rmSync(join(bench.folder, "hang"));
    assert.equal((await build("etcd"))[0]?.source, "build");
  });

  it("says what to install when there is no go", async () => {
    rmSync(join(bench.bin, "go"));
    await assert.rejects(build("etcd"), (error: unknown) => {
      assert.ok(hasCode("no-go")(error));
      assert.match(String(error), /Go 1\.26 or newer[\s\S]*https:\/\/go\.dev\/dl/);
      return true;
    });
    assert.deepEqual(bench.leftovers, []);
  });

  it("refuses a go that is too old and may not fetch a newer one", async () => {
    bench.fakeGo("go1.22.1");
    await assert.rejects(build("etcd"), /go on PATH is go1\.22\.1[\s\S]*Go 1\.26/);
    assert.deepEqual(bench.builds, []);
  });

  it("shows what go said when it fails, and tries again the next time", async () => {
    writeFileSync(join(bench.folder, "fail"), "");
    await assert.rejects(build("etcd"), /this does not compile/);
    rmSync(join(bench.folder, "fail"));
    assert.equal((await build("etcd"))[0]?.source, "build");
  });

  it("refuses to begin without disk space and says how much is needed", async () => {
    await assert.rejects(
      requireDiskSpace(bench.folder, 1e12, "building etcd"),
      /needs about 1000000000000 MB and/,
    );
    await assert.doesNotReject(requireDiskSpace(bench.folder, 0, "building etcd"));
  });

  it("puts our stand-in where the command provider cannot be had, and says so", async () => {
    const [command] = await resolveTools(["pulumi-resource-command"], bench.options);
    assert.match(command?.note ?? "", /stand-in of ours .*not pinned/);
    assert.match(
      readFileSync(command?.path ?? "", "utf8"),
      /^#!\/bin\/sh\nexec '.*node.*' '.*main\.ts' "\$@"\n$/,
    );
  });

  it("prefers the real command provider to the stand-in", async () => {
    bench.offer(["pulumi-resource-command"], "/plugin", Buffer.from("real"));
    const [command] = await resolveTools(["pulumi-resource-command"], bench.options);
    assert.equal(command?.source, "download");
    assert.equal(readFileSync(command?.path ?? "", "utf8"), "real");
  });

  it("with offline asks no host, and lets go use only what it has", async () => {
    bench.offer(["etcd"], "/etcd", Buffer.from("released"));
    const [etcd] = await resolveTools(["etcd"], { ...bench.options, route: "offline" });
    assert.equal(etcd?.source, "build");
    assert.deepEqual(bench.requests, []);
    assert.match(bench.builds[0] ?? "", / GOPROXY=off$/);
  });
});
