import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { tools } from "../../../components/versions.ts";
import { ToolBench } from "./tool-bench.ts";

const cli = fileURLToPath(new URL("../../../tools/cli.ts", import.meta.url));

describe("npm run tools", () => {
  let bench: ToolBench;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    bench = new ToolBench();
    await bench.start();
    bench.fakeGo();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await bench.close();
  });

  function start(...args: string[]) {
    const child = spawn(process.execPath, [cli, ...args], {
      env: { ...bench.environment, EDGE_LAB_CACHE: bench.cache.root },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
      ([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null }),
    );
    return { child, ended };
  }

  it("prints one line for each tool: version, where it came from, path", async () => {
    bench.executable("kwok", "kwok version v0.7.1 go1.26");
    const { stdout, code } = await start("--route", "path", "kwok").ended;
    assert.equal(code, 0);
    const [head, line] = stdout.split("\n");
    assert.match(head ?? "", /^TOOL +VERSION +FROM +PATH +WHY$/);
    assert.match(line ?? "", /^kwok +v0\.7\.1 +path +\/\S+\/kwok +on PATH/);
  });

  it("prints nothing but JSON on standard output when asked for it", async () => {
    const { stdout, stderr, code } = await start("--json", "--route", "build", "etcd").ended;
    assert.equal(code, 0);
    const [etcd] = JSON.parse(stdout) as Record<string, string>[];
    assert.equal(etcd?.name, "etcd");
    assert.match(stderr, /build etcd/, "progress goes to standard error");
  });

  it("prints an export for a shell when asked for it, so that plain pulumi and kubectl are the resolved ones", async () => {
    const { stdout, code } = await start("--env", "--route", "build", "etcd").ended;
    assert.equal(code, 0);
    const found = spawnSync("/bin/sh", ["-c", `${stdout}command -v etcd; command -v sh`], {
      env: { PATH: "/usr/bin:/bin" },
      encoding: "utf8",
    }).stdout.split("\n");
    assert.equal(found[0], join(bench.cache.tool("etcd", tools.etcd.version), "etcd"));
    assert.match(found[1] ?? "", /\/bin\/sh$/, "the rest of PATH stays");
  });

  it("fails with one clear message, and names the tools that there are", async () => {
    const { stderr, code } = await start("etc").ended;
    assert.equal(code, 1);
    assert.match(stderr, /^edge-lab: there is no tool "etc"\n {2}Known: pulumi, .*etcd/);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`ends its children on ${signal}, says that running it again resumes, and exits 130`, async () => {
      writeFileSync(join(bench.folder, "hang"), "");
      const { child, ended } = start("--route", "build", "etcd");
      const hanging = join(bench.folder, "hanging");
      while (!existsSync(hanging) || readFileSync(hanging, "utf8") === "") await delay(10);
      child.kill(signal);
      const { stderr, code } = await ended;
      assert.equal(code, 130);
      assert.match(stderr, /Running the same command again resumes/);
      const goProcess = Number(readFileSync(hanging, "utf8"));
      assert.throws(() => process.kill(goProcess, 0), { code: "ESRCH" });
      assert.deepEqual(bench.leftovers, []);
    });
  }
});
