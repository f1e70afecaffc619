/**
 * The simulated devices against clients that nobody of this project wrote, so that driver and simulator cannot agree on
 * the same mistake. Needs Python 3.11, PyPI on the first run, and UDP port 20002 of 127.29.0.21:
 * `npx mocha --timeout 600000 tests/devices-independent/clients.test.ts`
 */
import assert from "node:assert/strict";
import { loginDeviceByIp } from "tp-link-tapo-connect";
import { systemClock } from "../../sim/devices/clock.ts";
import { type AmtDevice, startAmtDevice, startTapoDevice, type TapoDevice } from "../../sim/devices/index.ts";
import { PythonClients } from "./python-clients.ts";

const PLUG = { username: "Owner@example.org", password: "Simulated-1" };
const ENGINE = { username: "admin", password: "Simulated-1" };

describe("independent clients of the simulated plug", () => {
  let plug: TapoDevice;
  let clients: PythonClients;
  before(async () => {
    clients = await PythonClients.prepare(PLUG);
  });
  beforeEach(async () => {
    plug = await startTapoDevice({ name: "optiplex-1", host: "127.29.0.21", ...PLUG, discoveryPort: 20_002 });
  });
  afterEach(() => plug.close());

  it("python-kasa 0.12.0", async () => {
    assert.deepEqual(await clients.see("kasa_client.py", plug.address), {
      model: "P100",
      alias: "optiplex-1",
      states: [false, true, false],
      "got over a displaced session": true,
      "wrong e-mail": "AuthenticationError",
      discovered: plug.address,
    });
    assert.equal(plug.boots.length, 1);
  });

  it("plugp100 6.0.2", async () => {
    const seen = await clients.see("plugp100_client.py", plug.address);
    for (const how of ["named", "guessed"]) {
      const { protocol, model, states } = seen[how] as Record<string, unknown>;
      assert.match(String(protocol), /klap/i);
      assert.equal(model, "P100");
      assert.deepEqual(states, [false, true, false]);
    }
    assert.equal(plug.boots.length, 2);
  });

  it("tapo 0.12.0", async () => {
    assert.deepEqual(await clients.see("tapo_client.py", plug.address), {
      model: "P100",
      states: [false, true, false],
      usage: ["time_usage"],
      "wrong password": true,
    });
    assert.equal(plug.counters.byOperation.set_device_info, 2);
  });

  it("python-kasa and tapo, of a P110's meter after ten hours", async () => {
    // The plug's own time only: KLAP sessions and requests know none.
    let hours = 0;
    const begin = Date.UTC(2025, 0, 15);
    const clock = { ...systemClock, now: () => begin + hours * 3_600_000 };
    const options = { name: "optiplex-2", host: "127.29.0.22", ...PLUG, clock, power: "on" } as const;
    const metered = await startTapoDevice({ ...options, model: "P110" });
    try {
      hours = 10;
      assert.deepEqual(await clients.see("meter_clients.py", metered.address), {
        kasa: {
          model: "P110",
          watts: 18.5,
          volts: 230,
          amperes: 0.08,
          "kWh today": 0.185,
          "kWh this month": 0.185,
        },
        tapo: { model: "P110", watts: 19, mW: 18_500, Wh: [185, 185], minutes: [600, 600] },
      });
    } finally {
      await metered.close();
    }
  });

  it("tp-link-tapo-connect 2.0.15", async () => {
    const device = await loginDeviceByIp(PLUG.username, PLUG.password, plug.address);
    await device.turnOn();
    assert.equal((await device.getDeviceInfo()).device_on, true);
    await device.turnOff();
    assert.equal(plug.power, "off");
    plug.dropSessions();
    await assert.rejects(device.getDeviceInfo(), /403/);
    await assert.rejects(loginDeviceByIp(PLUG.username, "wrong", plug.address), /KLAP/);
    plug.setFaults({ compatibilityOff: true });
    await assert.rejects(loginDeviceByIp(PLUG.username, PLUG.password, plug.address), /KLAP/);
  });
});

describe("independent clients of the simulated AMT engine", () => {
  let clients: PythonClients;
  let amt: AmtDevice;
  before(async () => {
    clients = await PythonClients.prepare(ENGINE);
  });
  afterEach(() => amt.close());

  it("amt 0.8.0, from Ironic's driver", async () => {
    amt = await startAmtDevice({ name: "m920q-1", host: "127.29.0.11", ...ENGINE });
    assert.deepEqual(await clients.see("amt_client.py", amt.address), {
      before: "8",
      "power on": 0,
      after: "2",
      "power on again": null,
      "its ReturnValue": true,
      "power off": 0,
      "at last": "8",
      "wrong password": 401,
    });
    assert.deepEqual(
      amt.boots.map(({ cause, source }) => [cause, source]),
      [["on", "pxe"]],
    );
    assert.equal(amt.counters.failedLogins, 1);
  });

  it("a plain WS-Management client on requests, over TLS with a pinned certificate", async () => {
    const uuid = "55e3ae13-bfd2-61bb-17a0-88aedd7037ea";
    const macs = ["c8:d9:d2:01:02:03"];
    amt = await startAmtDevice({ name: "m920q-1", host: "127.29.0.12", ...ENGINE, tls: true, uuid, macs });
    assert.deepEqual(await clients.see("wsman_client.py", amt.address, amt.fingerprint256 ?? ""), {
      guid: "13AEE355D2BFBB6117A088AEDD7037EA",
      chassis: ["LENOVO", "ThinkCentre M920q"],
      bios: "M1UKT72A",
      host: "m920q-1",
      provisioning: ["1", "2"],
      "can boot PXE": "true",
      "opt in": "0",
      firmware: ["12.0.45"],
      cpu: "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz",
      clock: "3500",
      memory: [8 * 2 ** 30, 8 * 2 ** 30],
      mac: "c8-d9-d2-01-02-03",
      sources: [
        "Intel(r) AMT: Force CD/DVD Boot",
        "Intel(r) AMT: Force Hard-drive Boot",
        "Intel(r) AMT: Force PXE Boot",
      ],
      next: "2",
      power: "8",
      "unknown class": [400, "DestinationUnreachable"],
    });
    // requests keeps the connection and the nonce over all of its calls.
    assert.equal(amt.counters.logins, 1);
  });
});
