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

/** How many processes are killed; a quick look needs fewer: EDGE_LAB_KILLS=20. */
const KILLS = Number(process.env.EDGE_LAB_KILLS ?? 200);
/** Folders with a row of processes each, at the same time: most of it is waiting for processes to start. */
const LANES = 4;
const writer = fileURLToPath(new URL("../support/store-writer.ts", import.meta.url));

/** One folder, written by one process after the other until each is killed. */
class Lane {
  readonly #acknowledged = new Set<number>();
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  async run(kills: number): Promise<void> {
    for (let kill = 0; kill < kills; kill += 1) {
      await this.#writeAndKill(Math.max(-1, ...this.#acknowledged) + 1000);
      await this.#check(kill);
    }
    // The last kill may have left a half-written file behind, but never a damaged store.
    for (const name of await readdir(this.#folder)) assert.match(name, /^emulator\.sqlite(\.new)?$/);
  }

  async stop(): Promise<void> {
    if (this.#child?.exitCode === null) this.#child.kill("SIGKILL");
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #check(kill: number): Promise<void> {
    const store = await Store.open({ folder: this.#folder, logger: createLogger("silent") });
    for (const number of this.#acknowledged) {
      const found = store.bootSettings.load(`node-${number}`);
      assert.ok(found, `kill ${kill}: change ${number} was acknowledged and is lost`);
    }
    const logged = new Set(store.events.latest(10_000).map(({ message }) => Number(message)));
    for (const number of [...this.#acknowledged].slice(-1000))
      assert.ok(logged.has(number), `event ${number}`);
    await store.close();
  }

  /** One process, killed at a random moment after its first acknowledgement. */
  async #writeAndKill(first: number): Promise<void> {
    const running = spawn(process.execPath, [writer, this.#folder, String(first)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = running;
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
    for (const line of output.split("\n").slice(0, -1)) this.#acknowledged.add(Number(line));
  }
}

describe("kill -9", () => {
  let lanes: Lane[];

  before(async () => {
    const folders = Array.from({ length: LANES }, () => mkdtemp(join(tmpdir(), "edge-lab-kill-")));
    lanes = (await Promise.all(folders)).map((folder) => new Lane(folder));
  });

  after(() => Promise.all(lanes.map((lane) => lane.stop())));

  it(`at ${KILLS} random points loses nothing that the store acknowledged`, async function () {
    // Generous: each is the start of a process.
    this.timeout(KILLS * 20_000);
    await Promise.all(lanes.map((lane) => lane.run(Math.ceil(KILLS / LANES))));
    const acknowledged = lanes.reduce((sum, lane) => sum + lane.acknowledged, 0);
    assert.ok(acknowledged >= KILLS, "the processes changed something");
  });
});
