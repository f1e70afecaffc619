import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify, isAlive } from "../../../sim/processes/process-identity.ts";
import { type ProcessSpec, ProcessTable } from "../../../sim/processes/process-table.ts";
import { waitUntil } from "../../../sim/processes/wait-until.ts";

describe("ProcessTable", () => {
  let folder: string;
  let table: ProcessTable;
  const spec = (code: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
    name: "sleeper",
    command: process.execPath,
    args: ["-e", code],
    cwd: folder,
    ...more,
  });
  const forever = "setInterval(() => {}, 1000)";
  const pidOf = (name = "sleeper") => table.running(name)?.pid;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-table-"));
    table = new ProcessTable(folder);
  });

  afterEach(async () => {
    for (const { name } of table.list()) await table.stop(name);
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts a process once, and finds it again from another table", async () => {
    const first = await table.ensure(spec(forever));
    const second = await new ProcessTable(folder).ensure(spec(forever));
    assert.equal(first.started, true);
    assert.deepEqual(second, { started: false, pid: first.pid });
  });

  it("starts it again after kill -9", async () => {
    const { pid } = await table.ensure(spec(forever));
    const identity = identify(pid);
    assert.ok(identity);
    process.kill(pid, "SIGKILL");
    await waitUntil(() => !isAlive(identity), { what: "the killed process", timeoutMs: 5_000 });
    assert.equal(pidOf(), undefined);
    const again = await table.ensure(spec(forever));
    assert.equal(again.started, true);
    assert.notEqual(again.pid, pid);
  });

  it("finds one that a wrapper became, though it was killed before it could be written down", async () => {
    const wrapper = ["env", "COLOR=red"];
    const { pid } = await table.ensure(spec(forever, { wrapper }));
    const file = join(folder, "processes", "sleeper.json");
    const { identity, ...unfinished } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    assert.ok(identity);
    writeFileSync(file, JSON.stringify(unfinished));
    await waitUntil(() => pidOf() === pid, { what: "the process by its arguments", timeoutMs: 5_000 });
    assert.deepEqual(await table.ensure(spec(forever, { wrapper })), { started: false, pid });
  });

  it("gives it nothing of the environment that it is not to inherit", async () => {
    process.env.EDGE_LAB_TEST_SECRET = "seen";
    const code = "console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000)";
    await table.ensure(spec(code, { inheritEnvironment: false, env: { COLOR: "red" } }));
    delete process.env.EDGE_LAB_TEST_SECRET;
    const line = await waitUntil(() => table.tail("sleeper") || undefined, {
      what: "its output",
      timeoutMs: 10_000,
    });
    const seen = JSON.parse(line) as Record<string, string>;
    assert.equal(seen.EDGE_LAB_TEST_SECRET, undefined);
    assert.equal(seen.COLOR, "red");
    assert.equal(seen.PATH, process.env.PATH);
  });

  it("replaces it when its arguments, environment or revision change, and only then", async () => {
    const { pid } = await table.ensure(spec(forever, { env: { COLOR: "red" } }));
    const blue = await table.ensure(spec(forever, { env: { COLOR: "blue" } }));
    assert.equal(blue.started, true);
    assert.equal(identify(pid), undefined);
    const other = await table.ensure(spec(forever, { env: { COLOR: "blue" }, revision: "2" }));
    assert.equal(other.started, true);
    assert.equal(
      (await table.ensure(spec(forever, { env: { COLOR: "blue" }, revision: "2" }))).started,
      false,
    );
  });

  it("never takes a re-used pid for its own, and never kills it", async () => {
    const stranger = spawn(process.execPath, ["-e", forever], { stdio: "ignore" });
    try {
      await table.ensure(spec(forever));
      await table.stop("sleeper");
      await table.ensure(spec("process.exit(0)"));
      const file = join(folder, "processes", "sleeper.json");
      const record = JSON.parse(readFileSync(file, "utf8")) as {
        identity: { pid: number; startedAt: string };
      };
      const reused = { ...record, identity: { pid: stranger.pid, startedAt: record.identity.startedAt } };
      writeFileSync(file, JSON.stringify(reused));
      assert.equal(pidOf(), undefined);
      await table.stop("sleeper");
      assert.ok(identify(stranger.pid ?? 0), "the stranger still runs");
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  it("finds a process whose parent was killed between fork and record", async () => {
    const { pid } = await table.ensure(spec(forever));
    const file = join(folder, "processes", "sleeper.json");
    const { identity: _, ...unfinished } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify(unfinished));
    assert.equal(pidOf(), pid);
    assert.deepEqual(await table.ensure(spec(forever)), { started: false, pid });
  });

  it("kills what does not end by itself", async () => {
    const stubborn = `process.on("SIGTERM", () => {}); console.log("ready"); ${forever}`;
    const { pid } = await table.ensure(spec(stubborn, { graceMs: 200 }));
    await waitUntil(() => table.tail("sleeper").includes("ready"), {
      what: "its first line",
      timeoutMs: 10_000,
    });
    await table.stop("sleeper");
    assert.equal(identify(pid), undefined);
    assert.deepEqual(table.list(), []);
  });

  it("keeps its output, and no environment", async () => {
    const code = `console.log("out", process.env.SECRET); ${forever}`;
    await table.ensure(spec(code, { env: { SECRET: "hunter2" } }));
    await waitUntil(() => table.tail("sleeper") === "out hunter2", { what: "the output", timeoutMs: 10_000 });
    const record = readFileSync(join(folder, "processes", "sleeper.json"), "utf8");
    assert.doesNotMatch(record, /hunter2/);
  });

  it("says why a program cannot be started", async () => {
    await assert.rejects(
      table.ensure(spec(forever, { command: join(folder, "nothing") })),
      /sleeper could not be started: .*ENOENT/,
    );
  });
});
