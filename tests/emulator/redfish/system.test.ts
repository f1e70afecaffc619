import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { type Answer, type Body, messageIds } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;

describe("a computer system", () => {
  let lab: TestEmulator;

  beforeEach(async () => {
    // No test here may take so long that a state grows old.
    lab = await testEmulator({ settings: { cacheSeconds: 3600 } });
  });

  afterEach(async () => {
    await lab.stop();
  });

  const reset = (resetType: unknown): Promise<Answer> => lab.admin.post(RESET, { ResetType: resetType });

  it("shows power, boot, links and what can be done", async () => {
    const { status, body, headers } = await lab.admin.get(SYSTEM);
    assert.equal(status, 200);
    assert.equal(headers["odata-version"], "4.0");
    assert.match(String(headers["content-type"]), /^application\/json; *charset=utf-8$/);
    assert.equal(body["@odata.id"], SYSTEM);
    assert.match(String(body["@odata.type"]), /^#ComputerSystem\.v1_\d+_\d+\.ComputerSystem$/);
    assert.equal(body.Id, "node-1");
    assert.equal(body.PowerState, "Off");
    assert.match(String(body.UUID), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(body.Status, { State: "Enabled", Health: "OK" });
    assert.deepEqual(body.Boot, {
      BootSourceOverrideTarget: "None",
      "BootSourceOverrideTarget@Redfish.AllowableValues": ["None", "Pxe", "Hdd", "Cd", "BiosSetup"],
      BootSourceOverrideEnabled: "Disabled",
      "BootSourceOverrideEnabled@Redfish.AllowableValues": ["Disabled", "Once", "Continuous"],
      BootSourceOverrideMode: "UEFI",
      "BootSourceOverrideMode@Redfish.AllowableValues": ["UEFI", "Legacy"],
    });
    assert.deepEqual(body.Links, {
      Chassis: [{ "@odata.id": "/redfish/v1/Chassis/node-1" }],
      ManagedBy: [{ "@odata.id": "/redfish/v1/Managers/node-1" }],
    });
    assert.equal(body.Actions?.["#ComputerSystem.Reset"]?.target, RESET);
  });

  it("asks each device at most once for 100 GETs in a second", async () => {
    const paths = Array.from({ length: 100 }, (_, index) => `/redfish/v1/Systems/node-${(index % 2) + 1}`);
    const answers = await Promise.all(paths.map((path) => lab.admin.get(path)));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(lab.devices["node-1"].calls, 1);
    assert.equal(lab.devices["node-2"].calls, 1);
  });

  it("is switched on and off, and reads so at once", async () => {
    assert.equal((await reset("On")).status, 204);
    assert.equal((await lab.admin.get(SYSTEM)).body.PowerState, "On");
    assert.equal((await reset("On")).status, 204);
    assert.equal((await reset("ForceOff")).status, 204);
    assert.equal((await lab.admin.get(SYSTEM)).body.PowerState, "Off");
    assert.deepEqual(
      lab.devices["node-1"].acts.map(({ action }) => action),
      ["on", "off"],
    );
    assert.equal(lab.devices["node-2"].acts.length, 0);
  });

  it("reads On while it sleeps, and is woken by On", async () => {
    const sleeping = await testEmulator({
      prepare: ({ "node-1": device }) => {
        device.power = "Paused";
      },
    });
    try {
      assert.equal((await sleeping.admin.get(SYSTEM)).body.PowerState, "On");
      assert.equal((await sleeping.admin.post(RESET, { ResetType: "On" })).status, 204);
      assert.deepEqual(
        sleeping.devices["node-1"].acts.map(({ action }) => action),
        ["on"],
      );
    } finally {
      await sleeping.stop();
    }
  });

  it("refuses a reset that is wrong, by name, without touching the device", async () => {
    const before = lab.devices["node-1"].calls;
    const cases: [unknown, string, RegExp][] = [
      [{}, "ActionParameterMissing", /ResetType/],
      [undefined, "ActionParameterMissing", /ResetType/],
      [{ ResetType: "Explode" }, "ActionParameterValueNotInList", /Explode/],
      [{ ResetType: "PushPowerButton" }, "ActionParameterValueNotInList", /PushPowerButton/],
      [{ ResetType: 7 }, "ActionParameterValueTypeError", /7/],
      [{ ResetType: null }, "ActionParameterValueTypeError", /null/],
      [{ ResetType: "On", Delay: 5 }, "ActionParameterUnknown", /Delay/],
    ];
    for (const [body, id, names] of cases) {
      const answer = await lab.admin.post(RESET, body);
      assert.equal(answer.status, 400, id);
      assert.deepEqual(messageIds(answer), [id]);
      assert.match(String(answer.body.error?.message), names);
    }
    assert.equal(lab.devices["node-1"].calls, before);
  });

  it("tells a refusal by the device as a conflict, which Ironic repeats", async () => {
    lab.devices["node-1"].actFailure = new DeviceError("refused", "the BIOS is busy");
    const answer = await reset("On");
    assert.equal(answer.status, 409);
    assert.deepEqual(messageIds(answer), ["ActionParameterValueConflict"]);
    assert.match(answer.text, /the BIOS is busy/);
  });

  it("tells of an action that the device accepted and that led to nothing, until the machine is as wished", async () => {
    const device = lab.devices["node-1"];
    device.ignores = true;
    assert.equal((await reset("On")).status, 204);
    const status = async (): Promise<Body | undefined> => (await lab.admin.get(SYSTEM)).body.Status;
    await eventually(async () => {
      assert.match(String((await status())?.Conditions?.[0]?.Message), /It accepted On, but the machine/);
    });
    assert.equal((await lab.admin.get(SYSTEM)).body.PowerState, "Off");
    device.ignores = false;
    assert.equal((await reset("On")).status, 204);
    assert.deepEqual(await status(), { State: "Enabled", Health: "OK" });
  });

  it("answers 200 with the last state while the device is lost, and a reset 503 with the reason", async () => {
    await reset("On");
    await lab.admin.get(SYSTEM);
    lab.devices["node-1"].failure = new DeviceError("bad-credentials", "the device refuses the password");
    assert.equal((await reset("ForceOff")).status, 503);
    const { status, body } = await lab.admin.get(SYSTEM);
    assert.equal(status, 200);
    assert.equal(body.PowerState, "On");
    assert.equal(body.Status?.Health, "Critical");
    const [condition] = body.Status?.Conditions ?? [];
    assert.match(String(condition?.MessageId), /^Base\.1\.\d+\.AccessDenied$/);
    assert.match(String(condition?.Message), /the device refuses the password.* s old/);
    const answer = await reset("ForceOff");
    assert.deepEqual(messageIds(answer), ["AccessDenied"]);
    assert.match(answer.text, /the device refuses the password/);
    assert.equal((await lab.admin.get("/redfish/v1/Systems/node-2")).body.Status?.Health, "OK");
  });
});
