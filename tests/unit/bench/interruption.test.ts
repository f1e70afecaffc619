import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const soak = fileURLToPath(new URL("../../../bench/emulator/soak.ts", import.meta.url));

describe("a bench that is ended", () => {
  let bench: ChildProcess;
  afterEach(() => void bench.kill("SIGKILL"));

  /** Of the emulator, and of the client that loads it when the emulator runs. */
  const childrenOf = async (pid: number, count: number): Promise<number[]> => {
    for (;;) {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
      if (children.filter(Boolean).length >= count) return children.map(Number);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  for (const [signal, when, count] of [
    ["SIGTERM", "while it starts the emulator", 1],
    ["SIGINT", "under load", 2],
  ] as const) {
    it(`by ${signal} ${when} leaves none of its programs behind`, async () => {
      bench = spawn(process.execPath, [soak, "5", "10"], { stdio: "ignore" });
      const children = await childrenOf(bench.pid ?? 0, count);
      bench.kill(signal);
      assert.deepEqual(await once(bench, "exit"), [1, null]);
      for (const child of children) await gone(child);
    });
  }
});

/** A process that was killed is there until somebody has taken note of it. */
async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) {
    if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
