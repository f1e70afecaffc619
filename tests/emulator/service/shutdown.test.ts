import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { type Answer, messageIds } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";

describe("stopping the emulator", () => {
  let lab: TestEmulator;

  afterEach(async () => {
    await lab.stop();
  });

  const reset = (ResetType: string): Promise<Answer> =>
    lab.admin.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType });

  it("lets an action under way finish, answers it and keeps what it led to", async () => {
    lab = await testEmulator();
    const device = lab.devices["node-1"];
    const once = { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" };
    assert.equal((await lab.admin.patch(SYSTEM, { Boot: once })).status, 200);
    const { promise, resolve } = Promise.withResolvers<void>();
    device.gate = promise;
    const answer = reset("On");
    await eventually(async () => assert.equal(device.acts.length, 1));
    const stopped = lab.emulator.stop();
    await delay(50);
    assert.equal(device.closed, false);
    resolve();
    assert.equal((await answer).status, 204);
    await stopped;
    assert.equal(device.closed, true);
    const next = await lab.restart();
    const { Boot } = (await next.admin.get(SYSTEM)).body;
    assert.equal(String(Boot?.BootSourceOverrideEnabled), "Disabled");
  });

  it("does not wait for ever for a device, and tells the client to come again", async () => {
    lab = await testEmulator({ timing: { shutdown: 200 } });
    const device = lab.devices["node-1"];
    await lab.admin.get(SYSTEM);
    device.gate = new Promise(() => undefined);
    const answer = reset("On");
    await eventually(async () => assert.equal(device.acts.length, 1));
    await lab.emulator.stop();
    const { status, headers, text } = await answer;
    assert.equal(status, 503);
    assert.deepEqual(messageIds(await answer), ["ServiceTemporarilyUnavailable"]);
    assert.equal(headers["retry-after"], "10");
    assert.match(text, /let go of 192\.0\.2\.1/);
    assert.match(lab.log(), /"outcome":"failed".*On: let go/);
    assert.ok(!lab.log().includes("unforeseen"));
  });

  it("begins no further action", async () => {
    lab = await testEmulator({
      prepare: ({ "node-1": device }) => {
        device.actionGapMs = 20_000;
      },
    });
    const device = lab.devices["node-1"];
    assert.equal((await reset("On")).status, 204);
    const answer = reset("ForceOff");
    await eventually(async () => assert.match(lab.log(), /"msg":"request"/));
    await delay(50);
    await lab.emulator.stop();
    assert.deepEqual(messageIds(await answer), ["ServiceTemporarilyUnavailable"]);
    assert.equal(device.acts.length, 1);
  });
});
