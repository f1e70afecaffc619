import assert from "node:assert/strict";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type EmulatorConfig,
  type EmulatorConfigInput,
  emulatorConfigSchema,
} from "../../../emulator/src/config.ts";
import { ConfigFile } from "../../../emulator/src/config-file.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { type Body, messageIds } from "../support/redfish-client.ts";
import { testDriver } from "../support/test-device.ts";

const SYSTEMS = "/redfish/v1/Systems";
const SESSIONS = "/redfish/v1/SessionService/Sessions";
const device = { driver: "test", username: "u", password: "p" };
const machine = (name: string, address: string, more: object = {}) => ({ name, address, ...device, ...more });
const users: EmulatorConfigInput["users"] = [
  { username: "admin", password: passwords.admin, role: "Administrator" },
  { username: "operator", password: passwords.operator, role: "Operator" },
];
const parse = (machines: object[], who = users): EmulatorConfig =>
  emulatorConfigSchema.parse({ machines, users: who });

describe("another configuration", () => {
  let lab: TestEmulator;
  const node1 = machine("node-1", "192.0.2.1");
  const node2 = machine("node-2", "192.0.2.2");

  beforeEach(async () => {
    lab = await testEmulator();
    await lab.emulator.reload(parse([node1, node2]));
    // Both machines changed by that, so their first devices were let go.
    for (const device of Object.values(lab.devices)) {
      await eventually(async () => assert.ok(device.closed && device.reads >= 1));
      device.closed = false;
    }
  });

  afterEach(async () => {
    await lab.stop();
  });

  const login = async (username: string, password: string) => {
    const answer = await lab.anonymous.post(SESSIONS, { UserName: username, Password: password });
    assert.equal(answer.status, 201);
    return lab.anonymous.with({ "X-Auth-Token": String(answer.headers["x-auth-token"]) });
  };

  it("adds and removes machines without touching the others, sessions or caches", async () => {
    const session = await login("admin", passwords.admin);
    await session.get(`${SYSTEMS}/node-1`);
    const kept = lab.emulator.controller.find("node-1");
    const { reads } = lab.devices["node-1"];
    const members = async (collection: string, query = ""): Promise<string[]> => {
      const { body } = await session.get(`/redfish/v1/${collection}${query}`);
      return (body.Members ?? []).map((member: Body) => String(member["@odata.id"]).replace(/^.*\//, ""));
    };
    const collections = { Systems: [], Chassis: [], Managers: ["Service"] };
    const show = async (...names: string[]): Promise<void> => {
      for (const [collection, others] of Object.entries(collections)) {
        // A query takes its part of what is kept, and leaves it whole.
        assert.deepEqual(await members(collection, "?$top=1"), names.slice(0, 1), collection);
        assert.deepEqual(await members(collection), [...names, ...others], collection);
      }
    };
    await show("node-1", "node-2");
    await lab.emulator.reload(parse([node1]));
    await show("node-1");
    assert.equal((await session.get(`${SYSTEMS}/node-2`)).status, 404);
    assert.equal(lab.devices["node-2"].closed, true);
    assert.equal((await session.get(`${SYSTEMS}/node-1`)).status, 200);
    await lab.emulator.reload(parse([node1, node2]));
    assert.equal((await session.get(`${SYSTEMS}/node-2`)).status, 200);
    await show("node-1", "node-2");
    const [whole, head] = [await session.get(SYSTEMS), await session.ask(SYSTEMS, { method: "HEAD" })];
    for (const name of ["content-type", "content-length"]) {
      assert.equal(head.headers[name], whole.headers[name], name);
    }
    assert.equal(whole.headers["content-type"], "application/json; charset=utf-8");
    assert.equal(lab.emulator.controller.find("node-1"), kept);
    assert.equal(lab.devices["node-1"].reads, reads);
    assert.equal(lab.devices["node-1"].closed, false);
  });

  it("lets go of a changed machine's device before it is called anew", async () => {
    // A first read that has not been made yet would stand at the gate before the reset.
    assert.equal((await lab.admin.get(`${SYSTEMS}/node-1`)).status, 200);
    let open = (): void => undefined;
    lab.devices["node-1"].gate = new Promise((resolve) => {
      open = resolve;
    });
    const reset = lab.admin.post(`${SYSTEMS}/node-1/Actions/ComputerSystem.Reset`, { ResetType: "On" });
    await eventually(async () => assert.equal(lab.devices["node-1"].acts.length, 1));
    await lab.emulator.reload(parse([machine("node-1", "192.0.2.1", { cacheSeconds: 0 }), node2]));
    const state = lab.admin.get(`${SYSTEMS}/node-1`);
    open();
    assert.equal((await reset).status, 204);
    assert.equal((await state).status, 200);
    assert.equal(lab.devices["node-1"].overlap, 1);
    await eventually(async () =>
      assert.equal(String((await lab.admin.get(`${SYSTEMS}/node-1`)).body.PowerState), "On"),
    );
  });

  it("ends what a changed password or a removed user had proven, and nothing else", async () => {
    const admin = await login("admin", passwords.admin);
    const operator = await login("operator", passwords.operator);
    assert.equal((await lab.operator.get(SYSTEMS)).status, 200);
    const [first] = users;
    assert.ok(first);
    await lab.emulator.reload(
      parse([node1, node2], [first, { username: "operator", password: "new", role: "ReadOnly" }]),
    );
    assert.equal((await admin.get(SYSTEMS)).status, 200);
    assert.deepEqual(messageIds(await operator.get(SYSTEMS)), ["NoValidSession"]);
    assert.equal((await lab.operator.get(SYSTEMS)).status, 401);
    assert.equal((await lab.anonymous.as("operator", "new").get(SYSTEMS)).status, 200);
    assert.equal((await admin.get(SESSIONS)).body["Members@odata.count"], 1);
    await lab.emulator.reload(parse([node1, node2], [first]));
    assert.equal((await lab.anonymous.as("operator", "new").get(SYSTEMS)).status, 401);
  });

  it("is refused whole when a driver refuses a machine", async () => {
    await assert.rejects(
      lab.emulator.reload(parse([machine("node-9", "192.0.2.9")])),
      /no test device for node-9/,
    );
    assert.equal((await lab.admin.get(`${SYSTEMS}/node-1`)).status, 200);
    assert.equal((await lab.admin.get(`${SYSTEMS}/node-9`)).status, 404);
  });

  it("is in the audit log", async () => {
    await lab.emulator.reload(parse([node1]));
    const [latest] = lab.emulator.store.events.latest(1);
    assert.equal(latest?.kind, "configuration");
    assert.match(String(latest?.message), /added: none; changed: none; removed: node-2/);
  });

  it("comes from the file when Kubernetes swaps its links; a broken one is told whole and refused", async () => {
    const folder = join(lab.folder, "mounted");
    const put = async (version: string, content: string): Promise<void> => {
      await mkdir(join(folder, version), { recursive: true });
      await writeFile(join(folder, version, "config.json"), content);
      await symlink(version, join(folder, "..data.new"));
      await rename(join(folder, "..data.new"), join(folder, "..data"));
    };
    const text = (machines: object[]) => JSON.stringify({ machines, users });
    await put("..1", text([node1, node2]));
    await symlink("..data/config.json", join(folder, "config.json"));
    let log = "";
    const logger = createLogger("info", {
      write: (line) => {
        log += line;
      },
    });
    const file = new ConfigFile({
      path: join(folder, "config.json"),
      drivers: [testDriver(lab.devices)],
      current: parse([node1, node2]),
      logger,
      onChange: (config) => lab.emulator.reload(config),
      onProblem: (problem) => {
        lab.emulator.configProblem = problem;
      },
    });
    try {
      await put("..2", text([node1]));
      await eventually(async () => assert.equal(lab.emulator.controller.find("node-2"), undefined));
      await put(
        "..3",
        text([
          { ...node1, name: "NODE" },
          { ...node2, address: "http://x" },
        ]),
      );
      await eventually(async () => assert.match(log, /machines\[0\]\.name.*machines\[1\]\.address/s));
      await file.check();
      assert.equal(log.match(/machines\[0\]\.name/g)?.length, 1);
      assert.ok(!log.includes(passwords.admin));
      const ready = await lab.anonymous.get("/readyz");
      assert.equal(ready.status, 200);
      assert.match(ready.text, /configuration file was refused/);
      assert.equal((await lab.admin.get(`${SYSTEMS}/node-1`)).status, 200);
      await put("..4", text([node1, node2]));
      await eventually(async () => assert.ok(lab.emulator.controller.find("node-2")));
      await eventually(async () => assert.ok(!(await lab.anonymous.get("/readyz")).text.includes("refused")));
    } finally {
      await file.close();
    }
  });
});
