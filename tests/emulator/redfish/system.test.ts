import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { type Answer, messageIds } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;

describe("a computer system", () => {
  let lab: TestEmulator;

  beforeEach(async () => {
    lab = await testEmulator();
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

  describe("its boot override", () => {
    const boot = async (): Promise<unknown[]> => {
      const { body } = await lab.admin.get(SYSTEM);
      const { Boot } = body;
      return [Boot?.BootSourceOverrideTarget, Boot?.BootSourceOverrideEnabled, Boot?.BootSourceOverrideMode];
    };

    it("takes Ironic's requests exactly and reads back true", async () => {
      const steps: [object, unknown[]][] = [
        [{ BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" }, ["Pxe", "Once", "UEFI"]],
        [{ BootSourceOverrideMode: "Legacy" }, ["Pxe", "Once", "Legacy"]],
        [
          { BootSourceOverrideTarget: "Hdd", BootSourceOverrideEnabled: "Continuous", HttpBootUri: null },
          ["Hdd", "Continuous", "Legacy"],
        ],
        [{ BootSourceOverrideTarget: "Pxe" }, ["Pxe", "Continuous", "Legacy"]],
        [{ BootSourceOverrideMode: "UEFI" }, ["Pxe", "Continuous", "UEFI"]],
        [{ BootSourceOverrideEnabled: "Disabled" }, ["Pxe", "Disabled", "UEFI"]],
      ];
      for (const [patch, expected] of steps) {
        const answer = await lab.admin.patch(SYSTEM, { Boot: patch });
        assert.equal(answer.status, 200, JSON.stringify(patch));
        assert.deepEqual(await boot(), expected);
      }
      assert.equal(lab.devices["node-1"].acts.length, 0);
    });

    it("once is spent by the next start, and only by that", async () => {
      const once = { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" };
      await lab.admin.patch(SYSTEM, { Boot: once });
      await reset("ForceOff");
      assert.deepEqual(await boot(), ["Pxe", "Once", "UEFI"]);
      await reset("On");
      assert.deepEqual(await boot(), ["None", "Disabled", "UEFI"]);
      assert.deepEqual(lab.devices["node-1"].acts, [{ action: "on", boot: { target: "Pxe", mode: "UEFI" } }]);
    });

    it("refuses what is wrong by name and takes nothing of it", async () => {
      const cases: [unknown, string, string][] = [
        [{ BootSourceOverrideTarget: "Moon" }, "PropertyValueNotInList", "#/Boot/BootSourceOverrideTarget"],
        [{ BootSourceOverrideTarget: 1 }, "PropertyValueTypeError", "#/Boot/BootSourceOverrideTarget"],
        [
          { BootSourceOverrideEnabled: "Twice" },
          "PropertyValueNotInList",
          "#/Boot/BootSourceOverrideEnabled",
        ],
        [{ BootSourceOverrideMode: "CSM" }, "PropertyValueNotInList", "#/Boot/BootSourceOverrideMode"],
        [{ BootSourceOverrideTarget: null }, "PropertyValueTypeError", "#/Boot/BootSourceOverrideTarget"],
        [{ BootOrder: ["a"] }, "PropertyUnknown", "#/Boot/BootOrder"],
        [{ HttpBootUri: "http://x" }, "PropertyUnknown", "#/Boot/HttpBootUri"],
        [{}, "EmptyJSON", "#/Boot"],
        ["Pxe", "PropertyValueTypeError", "#/Boot"],
        [null, "PropertyValueTypeError", "#/Boot"],
      ];
      for (const [patch, id, pointer] of cases) {
        const answer = await lab.admin.patch(SYSTEM, { Boot: patch });
        assert.equal(answer.status, 400, JSON.stringify(patch));
        assert.deepEqual(messageIds(answer), [id]);
        assert.ok(answer.text.includes(pointer), `${answer.text} does not name ${pointer}`);
      }
      const mixed = { BootSourceOverrideEnabled: "Once", BootSourceOverrideTarget: "Moon" };
      assert.equal((await lab.admin.patch(SYSTEM, { Boot: mixed })).status, 400);
      assert.deepEqual(await boot(), ["None", "Disabled", "UEFI"]);
    });

    it("does not let other properties be written", async () => {
      const readOnly = await lab.admin.patch(SYSTEM, { PowerState: "On" });
      assert.equal(readOnly.status, 400);
      assert.deepEqual(messageIds(readOnly), ["PropertyNotWritable"]);
      assert.deepEqual(messageIds(await lab.admin.patch(SYSTEM, { Colour: "red" })), ["PropertyUnknown"]);
      assert.deepEqual(messageIds(await lab.admin.patch(SYSTEM, {})), ["EmptyJSON"]);
      const mixed = await lab.admin.patch(SYSTEM, {
        Boot: { BootSourceOverrideTarget: "Hdd" },
        Colour: "red",
      });
      assert.equal(mixed.status, 200);
      assert.match(String(mixed.body["@Message.ExtendedInfo"]?.[0]?.MessageId), /PropertyUnknown$/);
      assert.equal(mixed.body.Boot?.BootSourceOverrideTarget, "Hdd");
    });

    it("has an ETag of its own that power and health do not change, and honours If-Match without asking for it", async () => {
      const first = String((await lab.admin.get(SYSTEM)).headers.etag);
      assert.match(first, /^W\/"/);
      await reset("On");
      lab.devices["node-1"].failure = new DeviceError("device", "garbage");
      assert.equal((await lab.admin.get(SYSTEM)).headers.etag, first);
      const once = { Boot: { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" } };
      const changed = await lab.admin.patch(SYSTEM, once, { "If-Match": first });
      assert.equal(changed.status, 200);
      const second = String(changed.headers.etag);
      assert.notEqual(second, first);
      const stale = await lab.admin.patch(SYSTEM, once, { "If-Match": first });
      assert.equal(stale.status, 412);
      assert.deepEqual(messageIds(stale), ["PreconditionFailed"]);
      // sushy repeats a weak tag as a strong one.
      assert.equal((await lab.admin.patch(SYSTEM, once, { "If-Match": second.slice(2) })).status, 200);
      assert.equal((await lab.admin.patch(SYSTEM, once, { "If-Match": "*" })).status, 200);
      assert.equal((await lab.admin.patch(SYSTEM, once)).status, 200);
      assert.equal((await lab.admin.get(SYSTEM, { "If-None-Match": second })).status, 304);
    });
  });
});

describe("a computer system behind a device that cannot choose a boot device", () => {
  it("keeps and spends the override all the same, and says that it is advisory", async () => {
    const lab = await testEmulator({
      prepare: ({ "node-1": device }) => {
        device.capabilities = {
          actions: ["on", "off"],
          bootTargets: ["Pxe", "Hdd"],
          bootOverride: "advisory",
        };
      },
    });
    try {
      const once = { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" };
      const patched = await lab.admin.patch(SYSTEM, { Boot: once });
      assert.equal(patched.body.Boot?.BootSourceOverrideEnabled, "Once");
      assert.match(String(patched.body.Description), /advisory/);
      const allowed = patched.body.Actions?.["#ComputerSystem.Reset"]?.["ResetType@Redfish.AllowableValues"];
      assert.deepEqual(allowed, ["On", "ForceOn", "ForceOff"]);
      const soft = await lab.admin.post(RESET, { ResetType: "GracefulShutdown" });
      assert.equal(soft.status, 400);
      assert.deepEqual(messageIds(soft), ["ActionParameterValueNotInList"]);
      await lab.admin.post(RESET, { ResetType: "On" });
      assert.equal((await lab.admin.get(SYSTEM)).body.Boot?.BootSourceOverrideEnabled, "Disabled");
    } finally {
      await lab.stop();
    }
  });
});
