import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandDriver } from "../../../../emulator/src/drivers/command/driver.ts";
import { commandOptionsSchema } from "../../../../emulator/src/drivers/command/options.ts";
import { eventually } from "../../support/eventually.ts";
import { everythingIn, failure, machineAt, never, SECRETS } from "../support/driver-under-test.ts";

const driverFor = (options: unknown, login = SECRETS) =>
  new CommandDriver(machineAt("192.0.2.1", login), commandOptionsSchema.parse(options));

describe("command driver: an executable", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "command-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function script(body: string, extra: object = {}): CommandDriver {
    const path = join(folder, "device");
    writeFileSync(path, `#!/bin/sh\ncd ${folder}\n${body}\n`);
    chmodSync(path, 0o700);
    return driverFor({ executable: { path, ...extra } });
  }

  /** Resolves when the script made the file. */
  function made(name: string): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(folder, () => {
        if (!existsSync(join(folder, name))) return;
        watcher.close();
        resolve();
      });
    });
  }

  async function gone(pidFile: string): Promise<void> {
    const pid = Number(readFileSync(join(folder, pidFile), "utf8"));
    await eventually(async () => {
      const state = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "Z";
      assert.match(state, /^State:\s+Z|^Z$/m);
    });
  }

  it("switches and reads, with whole-word placeholders that no shell sees", async () => {
    const body = 'echo "$#|$*" >> calls; if [ "$1" = status ]; then cat state; else echo "$1" > state; fi';
    const driver = script(body, { args: ["{action}", "{name}", "{address}", "$(id) ; x"] });
    await driver.act("on", { target: "Pxe" }, never);
    assert.deepEqual(await driver.readPower(never), { power: "On" });
    await driver.act("off", undefined, never);
    assert.deepEqual(await driver.readPower(never), { power: "Off" });
    const [first] = readFileSync(join(folder, "calls"), "utf8").split("\n");
    assert.equal(first, "4|on machine-1 192.0.2.1 $(id) ; x");
  });

  it("gets the login by its environment only, and none of the emulator's", async () => {
    const driver = script('env > environment; echo "$*" > arguments; echo on');
    await driver.readPower(never);
    const environment = readFileSync(join(folder, "environment"), "utf8");
    assert.match(environment, new RegExp(`^EDGE_LAB_PASSWORD=${SECRETS.password}$`, "m"));
    assert.match(environment, new RegExp(`^EDGE_LAB_USERNAME=${SECRETS.username}$`, "m"));
    assert.doesNotMatch(environment, /^HOME=/m);
    assert.equal(readFileSync(join(folder, "arguments"), "utf8"), "status\n");
  });

  it("shows no login that cannot be handed over", async () => {
    const login = { username: "u", password: `${SECRETS.password}\0` };
    const driver = driverFor({ executable: { path: "/bin/true" } }, login);
    const error = await failure("device", driver.readPower(never));
    assert.ok(!everythingIn(error).includes(SECRETS.password));
  });

  for (const [code, kind, retryable] of [
    [1, "device", false],
    [69, "unreachable", true],
    [75, "refused", false],
    [77, "bad-credentials", false],
  ] as const) {
    it(`takes exit code ${code} for ${kind}, and shows no secret`, async () => {
      const driver = script(`echo "$EDGE_LAB_PASSWORD"; echo "$EDGE_LAB_PASSWORD" >&2; exit ${code}`);
      const error = await failure(kind, driver.readPower(never));
      assert.ok(!everythingIn(error).includes(SECRETS.password));
      assert.equal(error.retryable, retryable);
    });
  }

  it("has a failed restart given no second time, and a failed switch only after a read", async () => {
    const driver = script("exit 69", { actions: ["cycle", "gracefulOff"] });
    assert.equal((await failure("unreachable", driver.act("cycle", undefined, never))).retryable, false);
    assert.equal((await failure("unreachable", driver.act("gracefulOff", undefined, never))).retryable, true);
  });

  it("refuses other words, floods, and a missing program", async () => {
    const words = await failure("device", script('echo "$EDGE_LAB_PASSWORD"').readPower(never));
    assert.ok(!everythingIn(words).includes(SECRETS.password));
    assert.match((await failure("device", script("yes").readPower(never))).message, /more than 65536 bytes/);
    const missing = driverFor({ executable: { path: "/nowhere/device" } });
    assert.match((await failure("device", missing.readPower(never))).message, /cannot be started \(ENOENT\)/);
  });

  it("has time to clean up when it is stopped, with everything it started", async () => {
    const driver = script(
      "trap 'echo x > cleaned; exit 0' TERM\nsleep 600 & echo $! > child.new; mv child.new child; wait",
    );
    const abort = new AbortController();
    const seen = made("child");
    const read = failure("timeout", driver.readPower(abort.signal));
    await seen;
    abort.abort();
    await read;
    assert.ok(existsSync(join(folder, "cleaned")));
    await gone("child");
  });

  it("is killed when it does not heed that, before the caller goes on", async () => {
    const driver = script("trap '' TERM\necho $$ > self.new; mv self.new self\nwhile :; do sleep 1; done");
    const abort = new AbortController();
    const seen = made("self");
    const read = failure("timeout", driver.readPower(abort.signal));
    await seen;
    abort.abort();
    await read;
    const pid = readFileSync(join(folder, "self"), "utf8").trim();
    assert.ok(!existsSync(`/proc/${pid}`), "it is not gone, or a zombie");
  });

  it("does not keep the caller by what left its group", async () => {
    const driver = script("setsid sh -c 'echo $$ > child.new; mv child.new child; exec sleep 600' & wait");
    const abort = new AbortController();
    const seen = made("child");
    const read = failure("timeout", driver.readPower(abort.signal));
    await seen;
    abort.abort();
    try {
      await read;
    } finally {
      process.kill(Number(readFileSync(join(folder, "child"), "utf8")), "SIGKILL");
    }
  });

  it("offers only what is configured", async () => {
    const driver = script("exit 0", { actions: ["cycle"] });
    assert.deepEqual(driver.capabilities.actions, ["on", "off", "cycle"]);
    await failure("refused", driver.act("reset", undefined, never));
  });
});
