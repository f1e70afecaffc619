import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withProcessLock } from "../../../tools/process-lock.ts";

const module = new URL("../../../tools/process-lock.ts", import.meta.url).href;

describe("the lock between processes", () => {
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-lock-"));
    file = join(folder, "a.lock");
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  /** Another process that holds the lock until its standard input ends. */
  async function holder(): Promise<ChildProcess> {
    const script = `import { withProcessLock } from ${JSON.stringify(module)};
      await withProcessLock(${JSON.stringify(file)}, { what: "building etcd" }, async () => {
        console.log("held");
        for await (const _ of process.stdin);
      });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    children.push(child);
    await once(child.stdout ?? child, "data");
    return child;
  }

  it("lets one process in at a time, and says who is waited for", async () => {
    const child = await holder();
    const order: string[] = [];
    const options = {
      what: "mine",
      pollMilliseconds: 5,
      onWait: (message: string) => {
        order.push(message);
        child.on("close", () => order.push("other ended"));
        child.stdin?.end();
      },
    };
    await withProcessLock(file, options, async () => {
      // The other has given its lock back; its process may end a moment later.
      if (child.exitCode === null) await once(child, "close");
      order.push("mine ran");
    });
    assert.deepEqual(order, [`waiting for process ${child.pid}: building etcd`, "other ended", "mine ran"]);
    assert.equal(existsSync(file), false);
  });

  it("takes over from a process that was killed", async () => {
    const child = await holder();
    child.kill("SIGKILL");
    await once(child, "close");
    assert.ok(existsSync(file), "the killed process left its lock");
    assert.equal(await withProcessLock(file, { what: "mine" }, async () => "ran"), "ran");
  });

  it("takes over from another process's id that was given again", async function () {
    // Only Linux tells when a process began.
    if (process.platform !== "linux") this.skip();
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: "1", what: "long ago" }));
    assert.equal(await withProcessLock(file, { what: "mine" }, async () => "ran"), "ran");
  });

  it("takes over a lock that cannot be read", async () => {
    writeFileSync(file, "{");
    assert.equal(await withProcessLock(file, { what: "mine" }, async () => "ran"), "ran");
  });

  it("is given back when the work fails", async () => {
    const failing = withProcessLock(file, { what: "mine" }, () => Promise.reject(new Error("no")));
    await assert.rejects(failing, /no/);
    assert.equal(existsSync(file), false);
  });

  it("stops waiting when interrupted", async () => {
    await holder();
    const interrupt = new AbortController();
    const waiting = withProcessLock(
      file,
      { what: "mine", signal: interrupt.signal, onWait: () => interrupt.abort() },
      async () => assert.fail("must not run"),
    );
    await assert.rejects(waiting, { name: "AbortError" });
    assert.ok(existsSync(file), "it is still the other's");
  });
});
