/**
 * How long the emulator takes to start with many machines, against starting Node itself on the same machine at the same
 * moment, since seconds alone say more about the machine than about the emulator. Not a test: nothing judges it.
 *
 * Usage: node bench/emulator-start.ts [machines, default 1000] [runs, default 5]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../emulator/src/main.ts", import.meta.url));
const [machines = 1000, runs = 5] = process.argv.slice(2).map(Number);

/** Milliseconds until a process printed `until`, or until it ended where nothing is waited for. */
async function timeOf(args: readonly string[], until?: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  if (until === undefined) {
    await closed;
    return performance.now() - begin;
  }
  let output = "";
  const found = new Promise<number>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(until)) resolve(performance.now() - begin);
    });
  });
  const milliseconds = await Promise.race([found, closed.then(() => Number.NaN)]);
  child.kill("SIGKILL");
  await closed;
  if (Number.isNaN(milliseconds)) throw new Error(`the emulator ended by itself: ${output}`);
  return milliseconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const folder = await mkdtemp(join(tmpdir(), "edge-lab-bench-"));
try {
  const config = join(folder, "config.json");
  const inventory = Array.from({ length: machines }, (_, index) => ({
    name: `node-${index}`,
    driver: index % 2 === 0 ? "amt" : "tapo",
    // Nothing listens there, so each first read is refused at once.
    address: `127.${1 + (index >> 8)}.${index & 255}.1:1`,
    username: "admin",
    password: "none",
  }));
  const users = [{ username: "admin", password: "none", role: "Administrator" }];
  await writeFile(config, JSON.stringify({ machines: inventory, users }));
  const args = [main, "--config", config, "--insecure-http", "--listen", "127.0.0.1:0"];
  const node: number[] = [];
  const emulator: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    node.push(await timeOf(["--eval", "0"]));
    emulator.push(await timeOf([...args, "--data-dir", join(folder, `data-${run}`)], '"msg":"listening"'));
  }
  const ratio = median(emulator) / median(node);
  console.log(`node alone          ${median(node).toFixed(0)} ms (median of ${runs})`);
  console.log(`emulator, listening ${median(emulator).toFixed(0)} ms with ${machines} machines`);
  console.log(`ratio               ${ratio.toFixed(1)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
