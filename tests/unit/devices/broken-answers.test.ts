import assert from "node:assert/strict";
import {
  type AmtDevice,
  startAmtDevice,
  startTapoDevice,
  type TapoDevice,
} from "../../../sim/devices/index.ts";
import { KlapClient } from "./support/klap-client.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { envelope, uri, WsmanClient } from "./support/wsman-client.ts";

const LOGIN = { username: "admin", password: "Simulated-1" };
const READ = envelope(
  "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
  uri("CIM_AssociatedPowerManagementService"),
);
const ON = 2;

describe("simulated AMT engine: answers that are none", () => {
  let amt: AmtDevice;
  let client: WsmanClient;

  beforeEach(async () => {
    amt = await startAmtDevice({ name: "m920q-1", ...LOGIN, clock: new ManualClock() });
    client = new WsmanClient(amt.address);
    await client.challenge();
  });
  afterEach(() => amt.close());

  it("are a page with status 200, or break off; the request is carried out", async () => {
    amt.setFaults({ garbage: true });
    const page = await client.once(READ);
    assert.equal(page.status, 200);
    assert.match(page.text, /<html>/);
    amt.setFaults({ cutAnswers: true });
    await assert.rejects(client.once(READ), /aborted|ECONNRESET|socket hang up/);
    assert.equal(amt.counters.powerReads, 2);
  });

  it("begin with the next change of power when told so", async () => {
    amt.setFaults({ cutFromCommand: true });
    assert.equal((await client.once(READ)).status, 200);
    await assert.rejects(client.power(ON), /aborted|ECONNRESET|socket hang up/);
    assert.equal(amt.snapshot().transition, "power on");
    await assert.rejects(client.once(READ), /aborted|ECONNRESET|socket hang up/);
  });

  it("are challenges while its account is locked, neither judged nor counted", async () => {
    amt.setFaults({ lockedOut: true });
    assert.equal((await client.once(READ)).status, 401);
    assert.equal(amt.counters.failedLogins, 0);
    amt.setFaults({});
    await client.challenge();
    assert.equal((await client.once(READ)).status, 200);
  });

  it("are a stale challenge to whoever lost its nonce, as often as told", async () => {
    amt.setFaults({ stolenSessions: 1 });
    const lost = await client.once(READ);
    assert.equal(lost.status, 401);
    assert.match(String(lost.headers["www-authenticate"]), /stale="true"/);
    await client.challenge();
    assert.equal((await client.once(READ)).status, 200);
    assert.equal(amt.counters.failedLogins, 0);
  });

  it("are out of date at once when somebody presses the button right after them", async () => {
    amt.setFaults({ buttonAfterRead: 1 });
    assert.equal(await client.powerState(), 8);
    assert.equal(amt.power, "on");
    assert.equal(await client.powerState(), 2);
    assert.equal(amt.power, "on");
  });
});

describe("simulated Tapo plug: answers that are none", () => {
  let plug: TapoDevice;
  let caller: KlapClient;

  beforeEach(async () => {
    plug = await startTapoDevice({ name: "optiplex-1", ...LOGIN, clock: new ManualClock() });
    caller = await new KlapClient(plug.address, LOGIN.username, LOGIN.password).login();
  });
  afterEach(() => plug.close());

  it("are a page with status 200, or break off; the request is carried out", async () => {
    plug.setFaults({ garbage: true });
    await assert.rejects(caller.call("set_device_info", { device_on: true }));
    assert.equal(plug.power, "on");
    plug.setFaults({ cutAnswers: true });
    await assert.rejects(
      caller.call("set_device_info", { device_on: false }),
      /aborted|ECONNRESET|socket hang up/,
    );
    assert.equal(plug.power, "off");
  });

  it("begin with the next change of power when told so", async () => {
    plug.setFaults({ cutFromCommand: true });
    assert.equal((await caller.call("get_device_info")).error_code, 0);
    await assert.rejects(caller.call("set_device_info", { device_on: true }));
    assert.equal(plug.power, "on");
    await assert.rejects(caller.call("get_device_info"), /aborted|ECONNRESET|socket hang up/);
  });
});
