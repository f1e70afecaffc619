import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanup } from "../../sim/machine/os/cleanup.ts";
import { eraseInstalledSystem, type InstalledSystem } from "../../sim/machine/os/installed-system.ts";
import { installedSystemSupport } from "../../sim/machine/os/installed-system-support.ts";
import { MachineNetwork } from "../../sim/machine/os/machine-network.ts";
import { systemCommand } from "../../sim/machine/os/system-command.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { MachineRoom } from "./machine-room.ts";

/** What of a machine's system the host can see. */
async function traces(stateDir: string): Promise<string[]> {
  const processes = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const mounts = readFileSync(`/proc/${entry}/mountinfo`, "utf8");
        // In its own namespace a machine's root is the root: the device's path of it is what gives it away.
        return mounts.includes(stateDir) ? [`process ${entry}`] : [];
      } catch {
        return [];
      }
    });
  const own = new Set([
    MachineNetwork.of(stateDir, "").bridge,
    ...[5, 6].map((machine) => MachineNetwork.cable(join(stateDir, `m${machine}`))),
  ]);
  const links = (await systemCommand("ip", ["-brief", "link"])).split("\n");
  const names = links.map((line) => line.split(/[@\s]/)[0] ?? "");
  return [...processes, ...names.filter((name) => own.has(name))];
}

describe("the life of an installed system", function () {
  this.timeout(120_000);
  let room: MachineRoom;

  const start = (userData: string, machine = 5): Promise<InstalledSystem> =>
    room.start(machine, "join", { configDrive: { metaData: { "local-hostname": `m${machine}` }, userData } });
  const config = (...commands: string[]) => `#cloud-config\nruncmd: ${JSON.stringify(commands)}\n`;
  const said = () => readFileSync(room.file(5, "var/log/cloud-init-output.log"), "utf8");

  before(async function () {
    if ((await installedSystemSupport()) !== undefined) this.skip();
  });

  beforeEach(async () => {
    room = await MachineRoom.open(mkdtempSync(join(tmpdir(), "edge-lab-os-")));
  });

  afterEach(() => room?.close());

  it("configures itself on the first boot only", async () => {
    const once = config("date +%N >> /var/lib/once");
    await start(once);
    const first = readFileSync(room.file(5, "var/lib/once"), "utf8");
    await room.powerCut(5);
    const again = await start(once);
    assert.equal(again.phase, "running");
    assert.equal(readFileSync(room.file(5, "var/lib/once"), "utf8"), first);
  });

  it("an image written over the disk is a first boot again", async () => {
    const once = config("date +%N >> /var/lib/once");
    await start(once);
    const first = readFileSync(room.file(5, "var/lib/once"), "utf8");
    await room.powerCut(5);
    eraseInstalledSystem(join(room.stateDir, "m5"));
    await start(once);
    assert.notEqual(readFileSync(room.file(5, "var/lib/once"), "utf8"), first);
  });

  it("a command that fails is a boot that failed, and the machine runs on", async () => {
    const system = await start(config("false"));
    assert.equal(system.phase, "failed");
    assert.match(room.lines.join("\n"), /runcmd ended with 1/);
  });

  it("has its own host name, address, processes and folders, and cannot change the host's", async () => {
    const host = await systemCommand("hostname", []);
    await start(
      config(
        "hostname",
        "ip -brief address show eth0",
        "touch /etc/only-here /var/lib/only-here",
        "touch /usr/not-here || echo usr is read-only",
        "echo 1 > /proc/sys/vm/swappiness || echo sysctl is read-only",
        "ls /proc | grep -c '^[0-9]'",
      ),
    );
    assert.match(said(), /^m5$/m);
    assert.match(said(), /172\.29\.7\.15\/24/);
    assert.match(said(), /usr is read-only/);
    assert.match(said(), /sysctl is read-only/);
    assert.ok(Number(/^\d+$/m.exec(said())?.[0]) < 15, "it sees more processes than its own");
    assert.ok(existsSync(room.file(5, "etc/only-here")));
    assert.equal(existsSync("/etc/only-here"), false);
    assert.equal(existsSync("/var/lib/only-here"), false);
    assert.equal(await systemCommand("hostname", []), host);
  });

  it("gets none of the host's environment", async () => {
    process.env.EDGE_LAB_TEST_SECRET = "of the host";
    try {
      await start(config("env"));
      assert.doesNotMatch(said(), /of the host/);
    } finally {
      delete process.env.EDGE_LAB_TEST_SECRET;
    }
  });

  for (const [command, reason] of [
    ["poweroff", "poweroff"],
    ["shutdown -r now", "reboot"],
    ["systemctl reboot", "reboot"],
  ] as const) {
    it(`ends by itself when it is told to: ${command}`, async () => {
      const system = await start(config(`(sleep 1; ${command}) > /dev/null 2>&1 &`));
      const told = new Promise((resolve) => system.onPowerOff(resolve));
      assert.equal(await system.done, reason);
      assert.equal(await told, reason);
      assert.equal(system.phase, "off");
    });
  }

  it("an orderly shutdown ends it, and a power cut too", async () => {
    const shutDown = await start(config("true"));
    await shutDown.shutdown();
    assert.equal(await shutDown.done, "poweroff");
    const cut = await start(config("sleep 1000 &"), 6);
    await cut.stop();
    await cut.stop();
    assert.equal(await cut.done, "power cut");
  });

  it("is told when its system dies", async () => {
    const system = await start(config("sleep 1000 &"));
    const [pid] = room.processes(5, "node");
    assert.ok(pid);
    process.kill(pid, "SIGKILL");
    assert.equal(await system.done, "crash");
    assert.deepEqual(room.processes(5, "sleep"), []);
  });

  it("leaves nothing behind when it has been stopped", async () => {
    await start(config("sleep 1000 &"));
    assert.notDeepEqual(await traces(room.stateDir), []);
    await room.powerCut(5);
    const left = await traces(room.stateDir);
    assert.deepEqual(left, [room.network.bridge]);
    await room.network.remove();
    assert.deepEqual(await traces(room.stateDir), []);
  });

  it("ends with its parent, and cleanup removes the rest", async () => {
    const parent: ChildProcess = spawn(
      process.execPath,
      [fileURLToPath(new URL("./fixtures/one-machine.ts", import.meta.url)), room.stateDir],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const output: string[] = [];
    parent.stdout?.setEncoding("utf8").on("data", (text: string) => output.push(text));
    await waitUntil(() => output.join("").includes("running"), { timeoutMs: 60_000, what: "a machine" });
    assert.ok((await traces(room.stateDir)).length > 1);
    parent.kill("SIGKILL");
    await waitUntil(
      async () => (await traces(room.stateDir)).every((trace) => !trace.startsWith("process")),
      {
        timeoutMs: 20_000,
        what: "the end of its processes",
      },
    );
    await cleanup(room.stateDir);
    assert.deepEqual(await traces(room.stateDir), []);
    await cleanup(room.stateDir);
    rmSync(room.stateDir, { recursive: true, force: true });
  });
});
