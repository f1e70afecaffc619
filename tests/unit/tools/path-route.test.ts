import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CacheFolder } from "../../../tools/cache-folder.ts";
import { resolveTools, toolsPath } from "../../../tools/resolver.ts";
import { WRAPPERS_MARK } from "../../../tools/routes/path-route.ts";
import { ToolBench } from "./tool-bench.ts";

describe("tools on PATH", () => {
  let bench: ToolBench;
  beforeEach(async () => {
    bench = new ToolBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  const onPath = (...names: Parameters<typeof resolveTools>[0]) =>
    resolveTools(names, { ...bench.options, route: "path" });

  it("takes a tool of a fitting version before any download or build", async () => {
    const file = bench.executable("etcd", "etcd Version: 3.6.1\nGit SHA: x");
    bench.offer(["etcd"], "/etcd", Buffer.from("downloaded"));
    const [etcd] = await resolveTools(["etcd"], bench.options);
    assert.deepEqual(etcd && [etcd.source, etcd.path, etcd.version], ["path", file, "v3.6.1"]);
    assert.deepEqual(bench.requests, []);
    assert.equal(toolsPath(etcd ? [etcd] : []), "", "it is on PATH already");
  });

  for (const [version, fits] of [
    ["v1.33.9", true],
    ["v1.35.0", true],
    ["v1.34.0-dispatcher", true],
    ["v1.32.4", false],
    ["v1.36.0", false],
  ] as const) {
    it(`${fits ? "takes" : "refuses"} kubectl ${version} for a v1.34.3 cluster`, async () => {
      bench.executable("kubectl", JSON.stringify({ clientVersion: { major: "1", gitVersion: version } }));
      if (fits) assert.equal((await onPath("kubectl"))[0]?.version, version);
      else await assert.rejects(onPath("kubectl"), /within 1 minor of v1\.34\.3/);
    });
  }

  it("wants Pulumi of the same major and not older than the tested one", async () => {
    bench.executable("pulumi", "v3.258.1");
    await assert.rejects(onPath("pulumi"), /v3\.259\.0 or newer/);
    bench.executable("pulumi", "v4.0.0");
    await assert.rejects(onPath("pulumi"), /must be v3\.x/);
    bench.executable("pulumi", "v3.300.0");
    assert.equal((await onPath("pulumi"))[0]?.version, "v3.300.0");
  });

  it("takes the language host only from beside a pulumi that it takes", async () => {
    bench.executable("pulumi-language-nodejs", "no version here");
    await assert.rejects(onPath("pulumi-language-nodejs"), /beside a pulumi/);
    bench.executable("pulumi", "v3.300.0");
    assert.equal((await onPath("pulumi-language-nodejs"))[0]?.version, "v3.300.0");
  });

  it("does not take a tool that does not tell its version", async () => {
    bench.executable("kwok", "kwok of unknown age");
    await assert.rejects(onPath("kwok"), /does not tell its version/);
  });

  it("does not mistake its own cache, put on PATH for the user, for the user's tools", async () => {
    const own = bench.cache.tool("etcd", "v3.6.16");
    bench.executable("etcd", "etcd Version: 3.6.16", own);
    bench.environment.PATH = `${own}:${bench.bin}`;
    await assert.rejects(onPath("etcd"), /etcd: not on PATH/);
    const users = bench.executable("etcd", "etcd Version: 3.6.2");
    assert.equal((await onPath("etcd"))[0]?.path, users);
  });

  it("does not take a wrapper of ours, which calls the tool, for the tool", async () => {
    const wrappers = join(bench.bin, "wrappers");
    bench.executable("etcd", "etcd Version: 3.6.16", wrappers);
    writeFileSync(join(wrappers, WRAPPERS_MARK), "");
    bench.environment.PATH = `${wrappers}:${bench.bin}`;
    await assert.rejects(onPath("etcd"), /etcd: not on PATH/);
    const real = bench.executable("etcd", "etcd Version: 3.6.16");
    assert.equal((await onPath("etcd"))[0]?.path, real);
  });

  it("says which cache folder cannot be used, and how to choose another", async () => {
    for (const root of [bench.executable("a-file", ""), "/proc/nope"]) {
      const asked = resolveTools(["etcd"], { ...bench.options, cache: new CacheFolder(root) });
      await assert.rejects(asked, (error: Error) => {
        assert.ok(error.message.includes(root));
        assert.match(error.message, /EDGE_LAB_CACHE/);
        return true;
      });
    }
  });

  it("names every tool that is missing, not only the first", async () => {
    await assert.rejects(onPath("etcd", "kwok"), (error: Error) => {
      assert.match(error.message, /etcd: not on PATH/);
      assert.match(error.message, /kwok: not on PATH/);
      return true;
    });
  });

  it("refuses a route that does not exist, with the ones that do", async () => {
    bench.environment.EDGE_LAB_TOOLS = "compile";
    await assert.rejects(
      resolveTools(["etcd"], bench.options),
      /"compile"[\s\S]*auto, path, download, build, offline/,
    );
  });

  it("puts folders of tools that are not on PATH before it, each once", () => {
    const tool = { version: "v1", note: "", source: "build" } as const;
    const folder = join(bench.folder, "a");
    const resolved = [
      { ...tool, name: "kwok", path: join(folder, "kwok") },
      { ...tool, name: "kwokctl", path: join(folder, "kwokctl") },
      { ...tool, name: "etcd", path: "/usr/bin/etcd", source: "path" },
    ] as const;
    assert.equal(toolsPath(resolved), folder);
  });
});
