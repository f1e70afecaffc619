import assert from "node:assert/strict";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { EventListener } from "../support/event-listener.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { messageIds } from "../support/redfish-client.ts";

const SSE = "/redfish/v1/EventService/SSE";
const SUBSCRIPTIONS = "/redfish/v1/EventService/Subscriptions";
const SESSIONS = "/redfish/v1/SessionService/Sessions";
const SYSTEM = "/redfish/v1/Systems/node-1";
const TEST_EVENT = "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent";

describe("server-sent events", () => {
  let lab: TestEmulator;
  let clock: FakeClock;
  let listener: EventListener | undefined;

  beforeEach(async () => {
    clock = new FakeClock();
    lab = await testEmulator({ clock });
  });
  afterEach(async () => {
    listener?.close();
    listener = undefined;
    await lab.stop();
  });

  const heard = (): unknown[] =>
    (listener?.events ?? []).map(({ data }) => {
      const [record] = data.Events as Record<string, string | string[]>[];
      return [record?.MessageId, record?.MessageArgs?.[0]];
    });

  it("tell what happens to machines as it happens, in DMTF's words", async () => {
    listener = await EventListener.open(lab.reader, SSE);
    assert.equal(listener.response.statusCode, 200);
    assert.match(String(listener.response.headers["content-type"]), /^text\/event-stream/);
    await boot(lab, "Pxe");
    await eventually(async () => assert.deepEqual(heard(), [["EdgeLab.1.0.ChangeMade", told("Pxe")]]));
    const [first] = listener.events;
    assert.equal(first?.data["@odata.type"], "#Event.v1_12_0.Event");
    const [record] = (first?.data.Events ?? []) as Record<string, Record<string, unknown>>[];
    assert.deepEqual(record?.OriginOfCondition, { "@odata.id": "/redfish/v1/Systems/node-1" });
    const entry = await lab.reader.get(String(record?.LogEntry?.["@odata.id"]));
    assert.equal(entry.body.EventId, String(record?.EventId));
  });

  it("tell who logs in to Administrators only", async () => {
    const admins = await EventListener.open(lab.admin, SSE);
    listener = await EventListener.open(lab.reader, SSE);
    await lab.anonymous.post(SESSIONS, { UserName: "operator", Password: "operator-marker-7f2" });
    await boot(lab, "Pxe");
    await eventually(async () => assert.equal(admins.events.length, 2));
    await eventually(async () => assert.deepEqual(heard(), [["EdgeLab.1.0.ChangeMade", told("Pxe")]]));
    admins.close();
  });

  it("resume after the last one that a client had", async () => {
    for (const target of ["Pxe", "Hdd"]) await boot(lab, target);
    listener = await EventListener.open(lab.reader, SSE);
    await boot(lab, "Pxe");
    await eventually(async () => assert.equal(listener?.events.length, 1));
    const last = Number(listener.events[0]?.id);
    listener.close();
    listener = await EventListener.open(lab.reader, SSE, { "Last-Event-ID": String(last - 2) });
    await eventually(async () =>
      assert.deepEqual(
        listener?.events.map(({ id }) => Number(id)),
        [last - 1, last],
      ),
    );
  });

  it("end with the login, and show as subscriptions that can be ended", async () => {
    const login = await lab.anonymous.post(SESSIONS, { UserName: "reader", Password: "reader-marker-9c3" });
    const client = lab.anonymous.with({ "X-Auth-Token": String(login.headers["x-auth-token"]) });
    listener = await EventListener.open(client, SSE);
    assert.equal((await client.ask(String(login.headers.location), { method: "DELETE" })).status, 204);
    await clock.pass(31_000);
    await listener.ended;

    listener = await EventListener.open(lab.reader, SSE);
    const { body } = await lab.reader.get(SUBSCRIPTIONS);
    assert.equal(body["Members@odata.count"], 1);
    const uri = String(body.Members?.[0]?.["@odata.id"]);
    assert.equal((await lab.reader.get(uri)).body.SubscriptionType, "SSE");
    assert.equal((await lab.operator.get(uri)).status, 403);
    assert.equal((await lab.reader.patch(uri, { Context: "x" })).status, 405);
    assert.equal((await lab.reader.ask(uri, { method: "DELETE" })).status, 204);
    await listener.ended;
    assert.equal((await lab.admin.get(uri)).status, 404);
  });

  it("need a login, are bounded, and leave nothing behind when clients go or look only", async () => {
    assert.equal((await lab.anonymous.get(SSE)).status, 401);
    assert.equal((await lab.reader.ask(SSE, { method: "HEAD", headers: { Accept: "*/*" } })).status, 200);
    assert.equal((await lab.reader.get(SSE, { Accept: "application/json" })).status, 406);
    const many = await Promise.all(Array.from({ length: 64 }, () => EventListener.open(lab.reader, SSE)));
    const refused = await lab.reader.get(SSE, { Accept: "text/event-stream" });
    assert.equal(refused.status, 503);
    assert.deepEqual(messageIds(refused), ["EventSubscriptionLimitExceeded"]);
    for (const one of many) one.close();
    await eventually(async () =>
      assert.equal((await lab.reader.get(SUBSCRIPTIONS)).body["Members@odata.count"], 0),
    );
  });

  it("can be tried out by an Administrator", async () => {
    listener = await EventListener.open(lab.reader, SSE);
    assert.equal((await lab.operator.post(TEST_EVENT, { MessageId: "EdgeLab.1.0.DeviceLost" })).status, 403);
    const wrong = await lab.admin.post(TEST_EVENT, { Message: 7, Colour: "red" });
    assert.deepEqual(messageIds(wrong).sort(), [
      "ActionParameterMissing",
      "ActionParameterUnknown",
      "ActionParameterValueTypeError",
    ]);
    const right = {
      MessageId: "EdgeLab.1.0.DeviceLost",
      MessageArgs: ["a test"],
      MessageSeverity: "Warning",
    };
    assert.equal((await lab.admin.post(TEST_EVENT, right)).status, 204);
    await eventually(async () => assert.deepEqual(heard(), [["EdgeLab.1.0.DeviceLost", "a test"]]));
  });
});

/** Something to tell of. */
async function boot(lab: TestEmulator, target: string): Promise<void> {
  const { status } = await lab.operator.patch(SYSTEM, { Boot: { BootSourceOverrideTarget: target } });
  assert.equal(status, 200);
}

/** What is told of it. */
function told(target: string): string {
  return `boot override: ${target}, Disabled, UEFI`;
}
