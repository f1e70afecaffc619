import assert from "node:assert/strict";
import { mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { ConfigFile } from "../../../emulator/src/config-file.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { ConfigError } from "../../../emulator/src/parse-config.ts";
import { readInventory } from "../../../emulator/src/read-inventory.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { testDriver } from "../support/test-device.ts";

const machine = (name: string, address: string, more: object = {}) => ({
  name,
  address,
  driver: "test",
  username: "u",
  password: "device-marker",
  ...more,
});
const users = [{ username: "admin", password: passwords.admin, role: "Administrator" as const }];
const node1 = machine("node-1", "192.0.2.1");
const node2 = machine("node-2", "192.0.2.2");

describe("machine files", () => {
  let lab: TestEmulator;
  let folder: string;
  let path: string;
  let version = 0;

  beforeEach(async () => {
    lab = await testEmulator();
    folder = join(lab.folder, "machines");
    path = join(lab.folder, "config.json");
    await mkdir(folder);
    await main([]);
  });

  afterEach(async () => {
    await lab.stop();
  });

  const main = (machines: object[]) => writeFile(path, JSON.stringify({ machines, users }));

  /** As a kubelet brings a Secret: links into a folder that is swapped whole, then the links of keys that are gone. */
  async function put(files: Readonly<Record<string, object | string>>): Promise<void> {
    version += 1;
    const inner = `..${version}`;
    await mkdir(join(folder, inner));
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await writeFile(join(folder, inner, name), text);
    }
    await symlink(inner, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    const links = (await readdir(folder)).filter((entry) => !entry.startsWith(".."));
    for (const name of Object.keys(files)) {
      if (!links.includes(name)) await symlink(join("..data", name), join(folder, name));
    }
    for (const link of links) if (!(link in files)) await rm(join(folder, link));
  }

  const drivers = () => [testDriver(lab.devices)];
  const read = () => readInventory({ path, machinesFolder: folder }, drivers());
  const names = async () => (await read()).config.machines.map(({ name }) => name);

  it("add their machines to those of the configuration file", async () => {
    await main([node1]);
    await put({ "node-2.json": node2, "notes.txt": "no machine" });
    assert.deepEqual(await names(), ["node-1", "node-2"]);
    assert.deepEqual((await read()).mistakes, []);
  });

  it("are refused one by one, by name, with every mistake and no secret", async () => {
    await main([node1]);
    await put({
      "node-2.json": node2,
      "a.json": '{"password": "device-marker" "x"',
      "b.json": machine("b", "http://192.0.2.3", { macs: ["nonsense"] }),
      "c.json": machine("d", "192.0.2.4"),
      "e.json": machine("e", "192.0.2.1"),
      "f.json": machine("f", "192.0.2.5", { driver: "ipmi" }),
      "g.json": machine("g", "192.0.2.6", { options: { colour: 7 } }),
      "node-1.json": machine("node-1", "192.0.2.7"),
    });
    const { mistakes } = await read();
    assert.deepEqual(await names(), ["node-1", "node-2"]);
    const told = (file: string) =>
      mistakes.filter((line) => line.startsWith(`${join(folder, file)}: `)).join("\n");
    assert.match(told("a.json"), /not valid JSON at position/);
    assert.match(told("b.json"), /address: must be HOST.*\n.*macs\[0\]:/);
    assert.match(told("c.json"), /name: must be the file's \(c\); it is d/);
    assert.match(told("e.json"), /address: repeats that of machine node-1 \(192\.0\.2\.1\)/);
    assert.match(told("f.json"), /driver: there is no driver ipmi/);
    assert.match(told("g.json"), /options\.colour:/);
    assert.match(told("node-1.json"), /name: repeats that of machine node-1/);
    assert.ok(!mistakes.join("\n").includes("marker"));
  });

  it("may change what they have among themselves", async () => {
    await put({ "node-1.json": node1, "node-2.json": node2 });
    const { config } = await read();
    await put({
      "node-1.json": machine("node-1", "192.0.2.2"),
      "node-2.json": machine("node-2", "192.0.2.1"),
    });
    const swapped = await readInventory({ path, machinesFolder: folder }, drivers(), config.machines);
    assert.deepEqual(
      [swapped.config.machines.map(({ address }) => address), swapped.mistakes],
      [["192.0.2.2", "192.0.2.1"], []],
    );
  });

  it("leave a machine as it was when its file is wrong, unless another one has now what it had", async () => {
    await put({ "node-1.json": node1, "node-2.json": node2 });
    const { config } = await read();
    const reread = async (files: Readonly<Record<string, object | string>>) => {
      await put(files);
      const next = await readInventory({ path, machinesFolder: folder }, drivers(), config.machines);
      return next.config.machines.map(({ name, address }) => `${name} ${address}`);
    };
    assert.deepEqual(await reread({ "node-1.json": "{", "node-2.json": node2 }), [
      "node-1 192.0.2.1",
      "node-2 192.0.2.2",
    ]);
    assert.deepEqual(await reread({ "node-1.json": "{", "node-2.json": machine("node-2", "192.0.2.1") }), [
      "node-2 192.0.2.1",
    ]);
    assert.deepEqual(await reread({ "node-2.json": node2 }), ["node-2 192.0.2.2"]);
  });

  it("need their folder", async () => {
    await assert.rejects(
      readInventory({ path, machinesFolder: join(folder, "none") }, drivers()),
      (error: Error) =>
        error instanceof ConfigError && /there is no such folder.*--machines-dir/.test(error.message),
    );
  });

  it("are taken anew when they change: a machine goes when its file does, the others do not notice", async () => {
    await put({ "node-1.json": node1, "node-2.json": node2 });
    const { config } = await read();
    await lab.emulator.reload(emulatorConfigSchema.parse(config));
    const kept = lab.emulator.controller.find("node-1");
    let log = "";
    const logger = createLogger("info", {
      write: (line) => {
        log += line;
      },
    });
    const file = new ConfigFile({
      path,
      machinesFolder: folder,
      drivers: drivers(),
      current: config,
      logger,
      onChange: (next) => lab.emulator.reload(next),
      onProblem: (problem) => {
        lab.emulator.configProblem = problem;
      },
    });
    const known = (name: string) => lab.emulator.controller.find(name) !== undefined;
    try {
      await put({ "node-1.json": node1, "node-2.json": "{" });
      await eventually(async () => assert.match(log, /node-2\.json: not valid JSON/));
      assert.ok(known("node-2"));
      const ready = await lab.anonymous.get("/readyz");
      assert.equal(ready.status, 200);
      assert.match(ready.text, /machine files were refused/);
      await file.check();
      assert.equal(log.match(/node-2\.json/g)?.length, 1);
      await put({ "node-1.json": node1 });
      await eventually(async () => assert.ok(!known("node-2")));
      await eventually(async () => assert.ok(!(await lab.anonymous.get("/readyz")).text.includes("refused")));
      await put({ "node-1.json": node1, "node-2.json": node2 });
      await eventually(async () => assert.ok(known("node-2")));
      assert.equal(lab.emulator.controller.find("node-1"), kept);
    } finally {
      await file.close();
    }
  });
});
