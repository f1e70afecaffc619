import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../../emulator/src/log.ts";
import { Store } from "../../../emulator/src/store/store.ts";

const pxeOnce = { target: "Pxe", enabled: "Once", mode: "UEFI" } as const;

describe("the store", () => {
  let folder: string;
  let log: string;
  const open = (): Promise<Store> =>
    Store.open({
      folder,
      logger: createLogger("info", {
        write: (line) => {
          log += line;
        },
      }),
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-store-"));
    log = "";
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("has on disk what was committed, without being closed", async () => {
    const store = await open();
    store.bootSettings.save("node-1", pxeOnce);
    await store.commit();
    // As after a kill -9: nobody closed the first one.
    const again = await open();
    assert.deepEqual(again.bootSettings.load("node-1"), pxeOnce);
    await again.close();
    await store.close();
  });

  it("keeps what devices told of their machines, each device's own", async () => {
    const store = await open();
    const told = {
      device: "amt 192.0.2.1",
      identity: { model: "10RR", macs: [] },
      firmware: "12.0.45",
      at: 1,
    };
    store.machineFacts.save("node-1", told);
    await store.commit();
    const again = await open();
    assert.deepEqual(again.machineFacts.load("node-1", "amt 192.0.2.1"), told);
    assert.equal(again.machineFacts.load("node-1", "amt 192.0.2.2"), undefined);
    await again.close();
    await store.close();
  });

  it("gathers commits made at the same time into one write and loses none", async () => {
    const store = await open();
    await store.commit();
    let writes = 0;
    store.onWrite = () => {
      writes += 1;
    };
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        store.bootSettings.save(`node-${index}`, pxeOnce);
        await store.commit();
        const size = (await stat(join(folder, "emulator.sqlite"))).size;
        assert.ok(size > 0);
      }),
    );
    assert.equal(writes, 1);
    const again = await open();
    for (let index = 0; index < 50; index += 1)
      assert.deepEqual(again.bootSettings.load(`node-${index}`), pxeOnce);
    await again.close();
    await store.close();
  });

  it("writes by itself what nobody waits for", async () => {
    const store = await open();
    await store.commit();
    const written = new Promise<void>((resolve) => {
      store.onWrite = () => resolve();
    });
    store.powerStates.save("node-1", { power: "On", at: 1_000 });
    await written;
    const again = await open();
    assert.equal(again.powerStates.load("node-1")?.power, "On");
    await again.close();
    await store.close();
  });

  it("writes the rest when it is closed, and leaves no temporary file", async () => {
    const store = await open();
    store.powerStates.save("node-1", { power: "On", actions: ["off", "gracefulOff"], at: 1_000 });
    store.events.append({ at: 5, kind: "power", machine: "node-1", message: "On: accepted" });
    await store.close();
    assert.deepEqual(await readdir(folder), ["emulator.sqlite"]);
    const again = await open();
    assert.deepEqual(again.powerStates.load("node-1"), {
      power: "On",
      actions: ["off", "gracefulOff"],
      at: 1_000,
    });
    assert.equal(again.events.latest(10)[0]?.message, "On: accepted");
    await again.close();
  });

  it("remembers that an action made the last reading worthless", async () => {
    const store = await open();
    store.powerStates.save("node-1", { power: "On", at: 1_000 });
    store.powerStates.assume("node-1", "PoweringOff");
    assert.equal(store.powerStates.load("node-1")?.assumed, "PoweringOff");
    store.powerStates.save("node-1", { power: "Off", at: 2_000 });
    assert.deepEqual(store.powerStates.load("node-1"), { power: "Off", at: 2_000 });
    await store.close();
  });

  it("keeps the service's UUID", async () => {
    const store = await open();
    const uuid = store.serviceUuid;
    assert.equal(store.serviceUuid, uuid);
    await store.close();
    const again = await open();
    assert.equal(again.serviceUuid, uuid);
    await again.close();
  });

  for (const [damage, content] of [
    ["garbage", "this is no database"],
    ["an empty file", ""],
    ["a newer version's file", "newer"],
    ["a torn file", "torn"],
  ] as const) {
    it(`sets ${damage} aside and starts afresh`, async () => {
      const path = join(folder, "emulator.sqlite");
      if (content === "newer" || content === "torn") {
        const store = await open();
        for (let index = 0; index < 200; index += 1) store.bootSettings.save(`node-${index}`, pxeOnce);
        await store.close();
        const bytes = await readFile(path);
        if (content === "newer") bytes.writeUInt32BE(99, 60); // user_version, SQLite file format 1.3
        await writeFile(path, content === "torn" ? bytes.subarray(0, bytes.length - 5000) : bytes);
      } else await writeFile(path, content);
      log = "";
      const store = await open();
      assert.equal(store.bootSettings.load("node-1"), undefined);
      store.bootSettings.save("node-1", pxeOnce);
      await store.close();
      if (content === "") return; // what SQLite itself takes for a new database
      assert.match(log, /cannot be read.*set aside as/);
      assert.equal((await readdir(folder)).filter((name) => name.includes(".damaged-")).length, 1);
      const again = await open();
      assert.deepEqual(again.bootSettings.load("node-1"), pxeOnce);
      await again.close();
    });
  }

  it("works in memory and says so when the disk cannot be written", async () => {
    // A folder in the place of the temporary file: also root cannot write there.
    await mkdir(join(folder, "emulator.sqlite.new"));
    const store = await open();
    store.bootSettings.save("node-1", pxeOnce);
    await store.commit();
    assert.deepEqual(store.bootSettings.load("node-1"), pxeOnce);
    assert.match(store.problem ?? "", /EISDIR/);
    assert.match(log, /cannot be written/);
    await rm(join(folder, "emulator.sqlite.new"), { recursive: true });
    store.bootSettings.save("node-2", pxeOnce);
    await store.commit();
    assert.equal(store.problem, undefined);
    await store.close();
  });

  it("keeps the file of before when the disk is full, and takes the rest along when there is room", async () => {
    const store = await open();
    store.bootSettings.save("node-1", pxeOnce);
    await store.commit();
    // The one file that has no room for anything.
    await symlink("/dev/full", join(folder, "emulator.sqlite.new"));
    store.bootSettings.save("node-2", pxeOnce);
    await store.commit();
    assert.match(store.problem ?? "", /ENOSPC/);
    assert.deepEqual(await readdir(folder), ["emulator.sqlite"], "the torn file takes no room");
    const meanwhile = await open();
    assert.deepEqual(meanwhile.bootSettings.load("node-1"), pxeOnce);
    assert.equal(meanwhile.bootSettings.load("node-2"), undefined);
    await meanwhile.close();
    await store.commit();
    assert.equal(store.problem, undefined);
    const again = await open();
    assert.deepEqual(again.bootSettings.load("node-2"), pxeOnce);
    await again.close();
    await store.close();
  });

  it("works in memory when its folder cannot even be made", async () => {
    await writeFile(join(folder, "file"), "");
    folder = join(folder, "file", "data");
    const store = await open();
    store.bootSettings.save("node-1", pxeOnce);
    await store.commit();
    assert.deepEqual(store.bootSettings.load("node-1"), pxeOnce);
    assert.match(store.problem ?? "", /ENOTDIR/);
    await store.close();
    folder = join(folder, "../..");
  });

  it("bounds the event log", async () => {
    const store = await Store.open({ logger: createLogger("silent") });
    for (let index = 0; index < 11_000; index += 1)
      store.events.append({ at: index, kind: "device", message: "x" });
    const kept = store.events.latest(20_000);
    assert.equal(kept.length, 10_000);
    assert.equal(kept[0]?.at, 10_999);
    await store.close();
  });
});
