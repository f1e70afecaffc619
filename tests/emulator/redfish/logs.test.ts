import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import type { Body } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const EVENTS = `${SYSTEM}/LogServices/Events/Entries`;
const AUDIT = "/redfish/v1/Managers/Service/LogServices/Audit/Entries";

describe("logs over Redfish", () => {
  let lab: TestEmulator;

  beforeEach(async () => {
    lab = await testEmulator();
  });
  afterEach(async () => {
    await lab.stop();
  });

  const entries = async (client: TestEmulator["admin"], path: string): Promise<Body[]> => {
    const { status, body } = await client.get(path);
    assert.equal(status, 200, path);
    return [...(body.Members ?? [])];
  };

  it("of a machine tell what happened to it and to no other, the newest first, and not by whom", async () => {
    assert.equal((await lab.operator.post(RESET, { ResetType: "On" })).status, 204);
    await lab.operator.patch("/redfish/v1/Systems/node-2", { Boot: { BootSourceOverrideEnabled: "Once" } });
    lab.devices["node-1"].actFailure = new DeviceError("refused", "busy");
    assert.equal((await lab.operator.post(RESET, { ResetType: "ForceOff" })).status, 409);
    const found = await entries(lab.reader, EVENTS);
    assert.deepEqual(
      found.map(({ MessageId, MessageArgs, Severity }) => [MessageId, MessageArgs?.[0], Severity]),
      [
        ["EdgeLab.1.0.ChangeFailed", "ForceOff: refused: busy", "Warning"],
        ["EdgeLab.1.0.ChangeMade", "On: accepted", "OK"],
      ],
    );
    const [first] = found;
    assert.equal(first?.Message, "A change could not be made: ForceOff: refused: busy.");
    assert.deepEqual(first?.Links?.OriginOfCondition, { "@odata.id": SYSTEM });
    assert.ok(!("Username" in (first ?? {})));
    const one = await lab.reader.get(String(first?.["@odata.id"]));
    assert.deepEqual(one.body, first);
    assert.ok(!("Username" in one.body));
  });

  it("tell when a device was lost and when it came back", async () => {
    lab.devices["node-1"].failure = new DeviceError("unreachable", "nobody there");
    assert.equal((await lab.operator.post(RESET, { ResetType: "On" })).status, 503);
    const ids = async () => (await entries(lab.reader, EVENTS)).map(({ MessageId }) => String(MessageId));
    assert.ok((await ids()).includes("EdgeLab.1.0.DeviceLost"));
    lab.devices["node-1"].failure = undefined;
    await eventually(async () => {
      await lab.operator.post(RESET, { ResetType: "On" });
      assert.ok((await ids()).includes("EdgeLab.1.0.DeviceBack"));
    });
  });

  it("of the service tell Administrators who did what from where, and nobody else", async () => {
    await lab.operator.post(RESET, { ResetType: "On" });
    const [entry] = await entries(lab.admin, AUDIT);
    assert.deepEqual(
      [entry?.Username, entry?.Originator, entry?.OriginatorType, entry?.MessageArgs?.[0]],
      ["operator", "127.0.0.1", "Client", "On: accepted"],
    );
    for (const client of [lab.operator, lab.reader]) {
      assert.equal((await client.get(AUDIT)).status, 403);
      assert.equal((await client.get(String(entry?.["@odata.id"]))).status, 403);
      const { text } = await client.get("/redfish/v1/Managers/Service?$expand=*($levels=3)");
      assert.ok(!text.includes("Originator"));
    }
  });

  it("are found by number, filtered and paged like any collection", async () => {
    for (const ResetType of ["On", "ForceOff", "On"]) await lab.operator.post(RESET, { ResetType });
    const filter = encodeURIComponent("MessageId eq 'EdgeLab.1.0.ChangeMade'");
    const page = await lab.reader.get(`${EVENTS}?$filter=${filter}&$top=1`);
    assert.equal(page.body["Members@odata.count"], 3);
    assert.equal(page.body.Members?.length, 1);
    for (const id of ["0", "999999", "-1", "1e3", "__proto__", "1%20OR%201=1"]) {
      assert.equal((await lab.reader.get(`${EVENTS}/${id}`)).status, 404, id);
    }
    const other = String(page.body.Members?.[0]?.Id);
    assert.equal(
      (await lab.reader.get(`/redfish/v1/Systems/node-2/LogServices/Events/Entries/${other}`)).status,
      404,
    );
  });

  it("outlive a restart", async () => {
    await lab.operator.post(RESET, { ResetType: "On" });
    const again = await lab.restart();
    const [entry] = await entries(again.reader, EVENTS);
    assert.equal(entry?.MessageArgs?.[0], "On: accepted");
  });
});
