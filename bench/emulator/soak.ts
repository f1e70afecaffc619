/**
 * `npm run bench:soak [-- minutes, default 30] [idle connections, default 10000]`: the emulator under load for long, with devices of
 * which one call in five fails, beside thousands of connections that never ask anything. Tells memory and errors once a minute; exit
 * code 1 when a read failed, the emulator ended, or its memory went on growing after the first tenth of the time.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startDeployed } from "./deployed-emulator.ts";
import { interruption } from "./interruption.ts";
import type { LoadOrder, LoadResult } from "./load.ts";
import type { Target } from "./target.ts";

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const [minutes = 30, idleConnections = 10_000] = process.argv.slice(2).map(Number);
/** What memory may grow by after the beginning; V8 takes what it may. */
const GROWTH_MIB = 64;
const Authorization = `Basic ${Buffer.from("bench:bench-password").toString("base64")}`;

async function load(target: Target, seconds: number): Promise<LoadResult> {
  const order: LoadOrder = {
    url: `${target.url}/redfish/v1/Systems/node-0`,
    headers: { Authorization },
    connections: 16,
    close: true,
    milliseconds: seconds * 1000,
  };
  const { stdout } = await run(process.execPath, [here("load.ts"), JSON.stringify(order)], {
    signal: interruption,
  });
  return JSON.parse(stdout) as LoadResult;
}

/** Restarts all machines in turn: some of it is refused, since devices fail. */
async function restart(target: Target, machines: number): Promise<void> {
  for (let index = 0; index < machines; index += 1) {
    const answer = await fetch(
      `${target.url}/redfish/v1/Systems/node-${index}/Actions/ComputerSystem.Reset`,
      {
        method: "POST",
        signal: interruption,
        headers: { Authorization, "Content-Type": "application/json" },
        body: JSON.stringify({ ResetType: index % 2 === 0 ? "On" : "ForceOff" }),
      },
    );
    await answer.arrayBuffer();
    if (answer.status >= 500 && answer.status !== 503)
      throw new Error(`a Reset was answered ${answer.status}`);
  }
}

/** Opened again when the emulator cuts them off. */
function idle(target: Target, count: number, sockets: Set<Socket>): void {
  const { hostname, port } = new URL(target.url);
  while (sockets.size < count) {
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  }
}

async function soak(folder: string): Promise<boolean> {
  const target = await startDeployed(folder, ["20"], { BENCH_FAULTS: "1" });
  const sockets = new Set<Socket>();
  const end = performance.now() + minutes * 60_000;
  const warm = performance.now() + minutes * 6_000;
  let base = 0;
  let errors = 0;
  try {
    while (performance.now() < end) {
      idle(target, idleConnections, sockets);
      const seconds = Math.max(1, Math.min(60, (end - performance.now()) / 1000));
      const [result] = await Promise.all([load(target, seconds), restart(target, 20)]);
      errors += result.errors;
      if (base === 0 && performance.now() > warm) base = target.memoryMiB;
      const rate = `${result.perSecond.toFixed(0)} req/s, p99 ${result.p99.toFixed(0)} ms`;
      console.log(
        `${rate}, ${result.errors} errors, ${sockets.size} idle connections, ${target.memoryMiB.toFixed(0)} MiB`,
      );
    }
    const grown = target.memoryMiB - base;
    const right = errors === 0 && base > 0 && grown < GROWTH_MIB;
    console.log(
      `${errors} errors, memory ${grown.toFixed(0)} MiB more than at the beginning: ${right ? "good" : "NOT GOOD"}`,
    );
    return right;
  } finally {
    for (const socket of sockets) socket.destroy();
    await target.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), "edge-lab-soak-"));
try {
  process.exitCode = (await soak(folder)) ? 0 : 1;
} catch (error) {
  if (!interruption.aborted) throw error;
  console.error(`soak: ${interruption.reason.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
