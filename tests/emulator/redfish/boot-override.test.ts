import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { type Answer, messageIds } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;

describe("a computer system's boot override", () => {
  let lab: TestEmulator;

  beforeEach(async () => {
    lab = await testEmulator();
  });

  afterEach(async () => {
    await lab.stop();
  });

  const reset = (resetType: string): Promise<Answer> => lab.admin.post(RESET, { ResetType: resetType });
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
      [{ BootSourceOverrideEnabled: "Twice" }, "PropertyValueNotInList", "#/Boot/BootSourceOverrideEnabled"],
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
    for (const unknown of ["Colour", "toString", "constructor"]) {
      const answer = await lab.admin.patch(SYSTEM, { [unknown]: "red" });
      assert.deepEqual(messageIds(answer), ["PropertyUnknown"], unknown);
    }
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
    // The tag stands for the boot settings alone: a 304 would hide a change of the power.
    assert.equal((await lab.admin.get(SYSTEM, { "If-None-Match": second })).status, 200);
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
