import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import type { DeviceSnapshot } from "../../../sim/devices/index.ts";
import { DevicesProcess } from "./support/devices-process.ts";
import { KlapClient } from "./support/klap-client.ts";
import { WsmanClient } from "./support/wsman-client.ts";

const PASSWORD = "Simulated-1";
const AMT = {
  name: "m920q-1",
  kind: "amt",
  host: "127.0.0.1",
  port: 0,
  username: "admin",
  password: PASSWORD,
};
const TAPO = {
  name: "optiplex-1",
  kind: "tapo",
  host: "127.0.0.1",
  port: 0,
  username: "admin",
  password: PASSWORD,
  discoveryPort: 0,
};

interface Ready {
  readonly ready: boolean;
  readonly control: string;
  readonly devices: readonly { readonly name: string; readonly kind: string; readonly address: string }[];
}

describe("the process of the simulated devices", () => {
  let devices: DevicesProcess;
  beforeEach(() => {
    devices = new DevicesProcess();
  });
  afterEach(() => devices.dispose());

  const addresses = (line: string) => {
    const ready = JSON.parse(line) as Ready;
    assert.equal(ready.ready, true);
    return ready.devices.map(({ address }) => address) as [string, string];
  };
  const one = async (name: string) => (await devices.ask("GET", `/devices/${name}`)).body as DeviceSnapshot;

  it("says in one line of JSON that it is ready, and then every device answers", async () => {
    const [amt, tapo] = addresses(await devices.start([AMT, TAPO]));
    assert.equal(await new WsmanClient(amt).powerState(), 8);
    const plug = await new KlapClient(tapo, "admin", PASSWORD).login();
    assert.equal((await plug.call("get_device_info")).error_code, 0);
    const { body } = await devices.ask("GET", "/devices");
    assert.deepEqual(
      (body as DeviceSnapshot[]).map(({ name, kind, address, power }) => ({ name, kind, address, power })),
      [
        { name: "m920q-1", kind: "amt", address: amt, power: "off" },
        { name: "optiplex-1", kind: "tapo", address: tapo, power: "off" },
      ],
    );
    assert.equal((await one("m920q-1")).calls.byOperation["CIM_AssociatedPowerManagementService.Get"], 1);
    assert.equal((await one("optiplex-1")).calls.total, 1);
  });

  it("takes any 128 bits for a machine's UUID, as firmware does", async () => {
    const uuid = "55e3ae13-bfd2-61bb-17a0-88aedd7037ea";
    const [amt] = addresses(await devices.start([{ ...AMT, uuid }]));
    const { text } = await new WsmanClient(amt).get("CIM_ComputerSystemPackage");
    assert.match(text, /PlatformGUID>13AEE355D2BFBB6117A088AEDD7037EA</);
  });

  it("lets nobody but its owner open the control socket", async () => {
    await devices.start([AMT]);
    assert.equal(statSync(devices.control).mode & 0o777, 0o600);
  });

  it("does from behind what the protocols cannot: faults, buttons, counters", async () => {
    const [amt] = addresses(await devices.start([AMT, TAPO]));
    const faults = await devices.ask("PUT", "/devices/m920q-1/faults", { busy: true });
    assert.equal((faults.body as DeviceSnapshot).faults.busy, true);
    assert.equal(await new WsmanClient(amt).power(2), 2);
    await devices.ask("PUT", "/devices/m920q-1/faults", {});
    assert.equal((await one("m920q-1")).faults.busy, false);
    for (const name of ["m920q-1", "optiplex-1"]) {
      assert.equal(
        ((await devices.ask("POST", `/devices/${name}/button`)).body as DeviceSnapshot).power,
        "on",
      );
    }
    const shutdown = await devices.ask("POST", "/devices/m920q-1/machine", { did: "shutdown" });
    assert.equal((shutdown.body as DeviceSnapshot).power, "off");
    assert.equal((await devices.ask("POST", "/counters/reset")).status, 200);
    assert.equal((await one("m920q-1")).calls.total, 0);
  });

  it("says what is wrong with a request of the control API", async () => {
    await devices.start([AMT, TAPO]);
    const answers = [
      [
        await devices.ask("GET", "/devices/nobody"),
        404,
        /no device "nobody"; there are: m920q-1, optiplex-1/,
      ],
      [await devices.ask("GET", "/elsewhere"), 404, /no such path/],
      [await devices.ask("POST", "/devices/m920q-1/faults"), 404, /no such path/],
      [await devices.ask("PUT", "/devices/m920q-1/faults", { bussy: true }), 400, /m920q-1.*bussy/s],
      [await devices.ask("POST", "/devices/m920q-1/machine", { did: "dance" }), 400, /did/],
    ] as const;
    for (const [{ status, body }, expected, message] of answers) {
      assert.equal(status, expected);
      assert.match((body as { error: string }).error, message);
    }
  });

  it("comes back with the power as it was after a kill -9, and replaces the dead socket", async () => {
    await devices.start([AMT, TAPO]);
    await devices.ask("POST", "/devices/optiplex-1/button");
    assert.equal((await devices.kill("SIGKILL")).signal, "SIGKILL");
    assert.ok(existsSync(devices.control), "a killed process leaves its socket");
    const [, tapo] = addresses(await devices.start([AMT, { ...TAPO, power: "off" }]));
    assert.equal((await one("optiplex-1")).power, "on");
    assert.equal((await one("m920q-1")).power, "off");
    const plug = await new KlapClient(tapo, "admin", PASSWORD).login();
    assert.equal(((await plug.call("get_device_info")).result as { device_on: boolean }).device_on, true);
    assert.deepEqual(
      (await one("optiplex-1")).boots,
      [],
      "a restart of the simulator is no start of the machine",
    );
    assert.ok(readdirSync(join(devices.folder, "state")).every((file) => !file.endsWith(".draft")));
  });

  it("ends with code 0 on SIGTERM, open connections or not, and frees its ports and its socket", async () => {
    const [amt] = addresses(await devices.start([AMT, TAPO]));
    const [host = "", port = ""] = amt.split(":");
    const idle = connect(Number(port), host);
    idle.on("error", () => {});
    await once(idle, "connect");
    assert.deepEqual(await devices.kill("SIGTERM"), { code: 0, signal: null });
    assert.equal(existsSync(devices.control), false);
    await assert.rejects(new WsmanClient(amt).challenge(), /ECONNREFUSED/);
    idle.destroy();
  });

  it("names device, address and what to do when a port is taken, and starts none", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as AddressInfo;
    try {
      assert.equal(await devices.start([TAPO, { ...AMT, port }]), "");
      assert.equal((await devices.ended).code, 1);
      assert.match(devices.stderr, new RegExp(`m920q-1.*127\\.0\\.0\\.1:${port}.*taken.*Fix: .*ss -lntup`));
      assert.equal(existsSync(devices.control), false);
    } finally {
      squatter.close();
    }
  });

  it("says so when the address is not this machine's", async () => {
    await devices.start([{ ...AMT, host: "192.0.2.1" }]);
    assert.equal((await devices.ended).code, 1);
    assert.match(devices.stderr, /m920q-1.*192\.0\.2\.1.*no such address.*Fix/);
  });

  it("does not take the control socket of devices that are running", async () => {
    await devices.start([AMT]);
    const second = new DevicesProcess();
    try {
      await second.start([TAPO], { control: devices.control });
      assert.equal((await second.ended).code, 1);
      assert.match(second.stderr, /devices\.sock.*running.*Fix/);
      assert.equal((await one("m920q-1")).power, "off", "the first is untouched");
    } finally {
      await second.dispose();
    }
  });

  it("tells all mistakes of its file at once, without a password", async () => {
    const line = await devices.start([
      { ...AMT, kind: "ipmi" },
      { ...AMT, port: 99_999, name: "../up" },
      { ...TAPO, port: 80 },
      { ...TAPO, port: 80 },
    ]);
    assert.equal(line, "");
    assert.equal((await devices.ended).code, 1);
    assert.match(devices.stderr, /devices\[0\]\.kind/);
    assert.match(devices.stderr, /devices\[1\]\.port/);
    assert.match(devices.stderr, /devices\[1\]\.name/);
    assert.doesNotMatch(devices.stderr, new RegExp(PASSWORD));
    await devices.startWith(`{"devices": "${PASSWORD}`);
    assert.equal((await devices.ended).code, 1);
    assert.match(devices.stderr, /no JSON/);
    assert.doesNotMatch(devices.stderr, new RegExp(PASSWORD));
  });

  it("refuses two devices with one name or one address", async () => {
    await devices.start([
      { ...AMT, port: 16_992 },
      { ...TAPO, port: 16_992 },
      { ...TAPO, name: AMT.name },
    ]);
    assert.equal((await devices.ended).code, 1);
    assert.match(devices.stderr, /127\.0\.0\.1:16992 is taken by devices\[0\]/);
    assert.match(devices.stderr, /m920q-1 is taken by devices\[0\]/);
  });

  it("keeps passwords, proofs and cookies out of its log", async () => {
    const [amt, tapo] = addresses(await devices.start([AMT, TAPO]));
    const engine = new WsmanClient(amt);
    await engine.power(2);
    const plug = await new KlapClient(tapo, "admin", PASSWORD).login();
    await plug.call("set_device_info", { device_on: true });
    await devices.kill("SIGTERM");
    assert.match(devices.stderr, /m920q-1: CIM_PowerManagementService.RequestPowerStateChange -> 0/);
    assert.match(devices.stderr, /optiplex-1: set_device_info -> 0 \(on\)/);
    assert.match(devices.stderr, /optiplex-1: power on \(on\)/);
    for (const secret of [PASSWORD, engine.nonce, plug.cookie.split("=")[1] ?? "?"]) {
      assert.ok(!devices.stderr.includes(secret));
    }
  });
});
