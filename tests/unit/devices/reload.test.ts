import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import type { DeviceSnapshot, PowerEvent } from "../../../sim/devices/index.ts";
import { waitUntil } from "../../../sim/processes/wait-until.ts";
import { DevicesProcess } from "./support/devices-process.ts";
import { KlapClient } from "./support/klap-client.ts";
import { WsmanClient } from "./support/wsman-client.ts";

const PASSWORD = "Simulated-1";
const login = { host: "127.0.0.1", port: 0, username: "admin", password: PASSWORD };
const AMT = { name: "m920q-1", kind: "amt", ...login, timing: { settleMs: 0, busyMs: 0 } };
const TAPO = { name: "optiplex-1", kind: "tapo", ...login, discoveryPort: 0 };
const NEW = { ...TAPO, name: "optiplex-2" };

describe("a changed file of the simulated devices", () => {
  let devices: DevicesProcess;
  beforeEach(() => {
    devices = new DevicesProcess();
  });
  afterEach(() => devices.dispose());

  const all = async () => (await devices.ask("GET", "/devices")).body as DeviceSnapshot[];
  const one = async (name: string) => (await devices.ask("GET", `/devices/${name}`)).body as DeviceSnapshot;
  const names = async () => (await all()).map(({ name }) => name);
  const reload = async (list: readonly Record<string, unknown>[], other = {}) => {
    devices.write(list, other);
    const { status, body } = await devices.ask("POST", "/reload");
    return { status, body: body as { error?: string } };
  };
  /** The power events from now on, of whatever device. */
  const events = async () => {
    const [response] = (await once(
      get({ socketPath: devices.control, path: "/events", agent: false }),
      "response",
    )) as [IncomingMessage];
    // The stream ends with the process.
    response.on("error", () => {});
    const seen: string[] = [];
    createInterface({ input: response })
      .on("error", () => {})
      .on("line", (line) => {
        const { device, power, cause } = JSON.parse(line) as PowerEvent;
        seen.push(`${device} ${power} (${cause})`);
      });
    return seen;
  };

  it("adds a device and leaves the others' connections, sessions, counters and power alone", async () => {
    await devices.start([AMT, TAPO]);
    const plug = await new KlapClient((await one("optiplex-1")).address, "admin", PASSWORD).login();
    await plug.call("set_device_info", { device_on: true });
    const [host = "", port = ""] = (await one("m920q-1")).address.split(":");
    const idle = connect(Number(port), host);
    await once(idle, "connect");
    const before = await one("optiplex-1");
    const answer = await reload([AMT, NEW, TAPO]);
    assert.deepEqual(answer, {
      status: 200,
      body: { started: ["optiplex-2"], changed: [], ended: [] },
    });
    assert.deepEqual(await names(), ["m920q-1", "optiplex-2", "optiplex-1"]);
    assert.deepEqual(await one("optiplex-1"), before);
    assert.equal(
      (await plug.call("get_device_info")).error_code,
      0,
      "the session that was there is good still",
    );
    assert.equal(idle.destroyed || idle.readyState !== "open", false);
    const added = await new KlapClient((await one("optiplex-2")).address, "admin", PASSWORD).login();
    assert.equal((await added.call("get_device_info")).error_code, 0);
    idle.destroy();
  });

  it("tells the power of added devices to those who listen already", async () => {
    await devices.start([TAPO]);
    const seen = await events();
    await reload([TAPO, NEW]);
    await devices.ask("POST", "/devices/optiplex-2/button");
    await waitUntil(() => seen.includes("optiplex-2 on (button)"), { what: "the event", timeoutMs: 10_000 });
  });

  it("pulls the plug of a device that is gone, frees its port, and touches nobody else", async () => {
    await devices.start([AMT, TAPO]);
    for (const name of ["m920q-1", "optiplex-1"]) await devices.ask("POST", `/devices/${name}/button`);
    const { address } = await one("m920q-1");
    const before = await one("optiplex-1");
    const seen = await events();
    const answer = await reload([TAPO]);
    assert.deepEqual(answer, { status: 200, body: { started: [], changed: [], ended: ["m920q-1"] } });
    await waitUntil(() => seen.length > 0, { what: "the event", timeoutMs: 10_000 });
    assert.deepEqual(seen, ["m920q-1 off (unplugged)"]);
    await assert.rejects(new WsmanClient(address).challenge(), /ECONNREFUSED/);
    assert.deepEqual(await one("optiplex-1"), before);
    await reload([AMT, TAPO]);
    assert.equal((await one("m920q-1")).power, "off", "plugged in again, a machine is off");
  });

  it("applies changed settings to their device alone, whose power stays", async () => {
    await devices.start([AMT, TAPO]);
    for (const name of ["m920q-1", "optiplex-1"]) await devices.ask("POST", `/devices/${name}/button`);
    const before = await one("m920q-1");
    const seen = await events();
    const answer = await reload([AMT, { ...TAPO, password: "Another-2" }]);
    assert.deepEqual(answer.body, { started: [], changed: ["optiplex-1"], ended: [] });
    const { address, power } = await one("optiplex-1");
    assert.equal(power, "on");
    await assert.rejects(new KlapClient(address, "admin", PASSWORD).login());
    const plug = await new KlapClient(address, "admin", "Another-2").login();
    assert.equal((await plug.call("get_device_info")).error_code, 0);
    assert.deepEqual(await one("m920q-1"), before);
    await devices.ask("POST", "/devices/m920q-1/button");
    await waitUntil(() => seen.length > 0, { what: "the event", timeoutMs: 10_000 });
    assert.deepEqual(seen, ["m920q-1 off (button)"]);
  });

  it("lets a new device have the address of one that is gone", async () => {
    await devices.start([TAPO]);
    const [, port] = (await one("optiplex-1")).address.split(":");
    const answer = await reload([{ ...NEW, port: Number(port) }]);
    assert.deepEqual(answer.body, { started: ["optiplex-2"], changed: [], ended: ["optiplex-1"] });
    assert.equal((await one("optiplex-2")).address, `127.0.0.1:${port}`);
  });

  it("does nothing when nothing changed", async () => {
    await devices.start([AMT, TAPO]);
    assert.deepEqual(await reload([AMT, TAPO]), {
      status: 200,
      body: { started: [], changed: [], ended: [] },
    });
  });

  it("says what is wrong with it, and all goes on as before", async () => {
    await devices.start([AMT, TAPO]);
    const before = await all();
    const mistaken = await reload([{ ...AMT, port: 99_999 }, NEW]);
    assert.equal(mistaken.status, 400);
    assert.match(mistaken.body.error ?? "", /devices\[0\]\.port/);
    assert.doesNotMatch(mistaken.body.error ?? "", new RegExp(PASSWORD));
    const moved = await reload([AMT, TAPO, NEW], { stateDir: `${devices.folder}/elsewhere` });
    assert.equal(moved.status, 400);
    assert.match(moved.body.error ?? "", /stateDir.*restart/s);
    assert.deepEqual(await all(), before);
  });

  it("names a device that cannot be started, starts the others, and tries it again the next time", async () => {
    await devices.start([AMT]);
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as AddressInfo;
    const list = [AMT, { ...TAPO, port }, NEW];
    const refused = await reload(list);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error ?? "", new RegExp(`optiplex-1.*127\\.0\\.0\\.1:${port}.*taken.*Fix: `));
    assert.deepEqual(await names(), ["m920q-1", "optiplex-2"]);
    squatter.close();
    await once(squatter, "close");
    assert.deepEqual((await reload(list)).body, { started: ["optiplex-1"], changed: [], ended: [] });
  });

  it("is taken once at a time, however often it is asked for", async () => {
    await devices.start([AMT]);
    devices.write([AMT, TAPO, NEW]);
    const answers = await Promise.all([1, 2, 3].map(() => devices.ask("POST", "/reload")));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    const started = answers.flatMap(({ body }) => (body as { started: string[] }).started);
    assert.deepEqual(started, ["optiplex-1", "optiplex-2"]);
  });
});
