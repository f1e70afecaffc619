import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createLogger } from "../../../emulator/src/log.ts";
import { Store } from "../../../emulator/src/store/store.ts";

/** How many processes are killed; EDGE_LAB_KILLS=200 for the long run. */
const KILLS = Number(process.env.EDGE_LAB_KILLS ?? 20);
const writer = fileURLToPath(new URL("../support/store-writer.ts", import.meta.url));

describe("kill -9", () => {
  let folder: string;
  let child: ChildProcess | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-kill-"));
  });

  after(async () => {
    if (child?.exitCode === null) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  it(`at ${KILLS} random points loses nothing that the store acknowledged`, async function () {
    // Generous: each is the start of a process.
    this.timeout(KILLS * 20_000);
    const acknowledged = new Set<number>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const first = Math.max(-1, ...acknowledged) + 1000;
      await writeAndKill(first, acknowledged);
      const store = await Store.open({ folder, logger: createLogger("silent") });
      for (const number of acknowledged) {
        const found = store.bootSettings.load(`node-${number}`);
        assert.ok(found, `kill ${kill}: change ${number} was acknowledged and is lost`);
      }
      const logged = new Set(store.events.latest(10_000).map(({ message }) => Number(message)));
      for (const number of [...acknowledged].slice(-1000)) assert.ok(logged.has(number), `event ${number}`);
      await store.close();
    }
    assert.ok(acknowledged.size >= KILLS, "the processes changed something");
    // The last kill may have left a half-written file behind, but never a damaged store.
    for (const name of await readdir(folder)) assert.match(name, /^emulator\.sqlite(\.new)?$/);
  });

  /** One process, killed at a random moment after its first acknowledgement. */
  async function writeAndKill(first: number, acknowledged: Set<number>): Promise<void> {
    const running = spawn(process.execPath, [writer, folder, String(first)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = running;
    let output = "";
    let errors = "";
    running.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    running.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const closed = once(running, "close");
    await Promise.race([once(running.stdout, "data"), closed]);
    await wait(Math.random() * 60);
    running.kill("SIGKILL");
    const [code, signal] = await closed;
    assert.equal(signal, "SIGKILL", `the writer ended by itself (${code}): ${errors}`);
    // What was written whole was acknowledged; a torn last line was not.
    for (const line of output.split("\n").slice(0, -1)) acknowledged.add(Number(line));
  }
});
