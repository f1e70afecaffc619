import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { messageIds } from "../support/redfish-client.ts";

const SUBSCRIPTIONS = "/redfish/v1/EventService/Subscriptions";
const SYSTEM = "/redfish/v1/Systems/node-1";

interface Destination {
  readonly url: string;
  /** Status that it answers. */
  status: number;
  readonly received: Record<string, unknown>[];
  readonly close: () => void;
}

describe("events pushed to a destination", () => {
  let lab: TestEmulator;
  let clock: FakeClock;
  let destination: Destination;

  beforeEach(async () => {
    clock = new FakeClock();
    lab = await testEmulator({ clock });
    destination = await listen(lab);
  });
  afterEach(async () => {
    destination.close();
    await lab.stop();
  });

  const subscribe = (more: object = {}) =>
    lab.admin.post(SUBSCRIPTIONS, {
      Destination: destination.url,
      Protocol: "Redfish",
      VerifyCertificate: false,
      ...more,
    });
  const args = (): unknown[] =>
    destination.received.map(({ Events }) => (Events as Record<string, string[]>[])[0]?.MessageArgs?.[0]);

  it("arrive with the subscription's context, also after a restart", async () => {
    const made = await subscribe({ Context: "mine" });
    assert.equal(made.status, 201);
    assert.equal(made.headers.location, made.body["@odata.id"]);
    await boot(lab, "Pxe");
    await eventually(async () => assert.ok(args().includes(told("Pxe"))));
    assert.ok(destination.received.every(({ Context }) => Context === "mine"));
    const again = await lab.restart();
    assert.deepEqual((await again.admin.get(String(made.headers.location))).body, made.body);
    await boot(again, "Hdd");
    await eventually(async () => assert.ok(args().includes(told("Hdd"))));
  });

  it("find a destination by its name", async () => {
    const named = destination.url.replace("127.0.0.1", "localhost");
    assert.equal((await subscribe({ Destination: named })).status, 201);
    await boot(lab, "Pxe");
    await eventually(async () => assert.ok(args().includes(told("Pxe"))));
  });

  it("are kept while the destination fails, and come in order when it works again", async () => {
    const { headers } = await subscribe({ MessageIds: ["EdgeLab.1.0.ChangeMade"] });
    await eventually(async () => assert.equal(destination.received.length, 1));
    destination.received.length = 0;
    destination.status = 500;
    for (const target of ["Pxe", "Hdd"]) await boot(lab, target);
    const health = async () => (await lab.admin.get(String(headers.location))).body.Status?.Health;
    await eventually(async () => assert.equal(await health(), "Warning"));
    const tries = destination.received.length;
    destination.status = 204;
    await clock.pass(3_000);
    assert.equal(destination.received.length, tries, "it was tried again at once");
    await clock.pass(5_000);
    await eventually(async () => assert.deepEqual(args().slice(tries), [told("Pxe"), told("Hdd")]));
    assert.equal(await health(), "OK");
  });

  it("are not sent to whom the certificate does not prove", async () => {
    const { headers } = await subscribe({ VerifyCertificate: true });
    await boot(lab, "Pxe");
    await eventually(async () =>
      assert.equal((await lab.admin.get(String(headers.location))).body.Status?.Health, "Warning"),
    );
    assert.equal(destination.received.length, 0);
    const patched = await lab.admin.patch(String(headers.location), { VerifyCertificate: false });
    assert.equal(patched.body.VerifyCertificate, false);
    await clock.pass(10_000);
    await eventually(async () => assert.ok(args().includes(told("Pxe"))));
  });

  it("end when the subscription is removed, or its owner may hear no more", async () => {
    const account = { UserName: "second", Password: "second-marker-1", RoleId: "Administrator" };
    const { headers: second } = await lab.admin.post("/redfish/v1/AccountService/Accounts", account);
    await lab.anonymous.as("second", account.Password).post(SUBSCRIPTIONS, {
      Destination: destination.url,
      Protocol: "Redfish",
      VerifyCertificate: false,
    });
    await boot(lab, "Pxe");
    await eventually(async () => assert.ok(args().includes(told("Pxe"))));
    assert.equal((await lab.admin.ask(String(second.location), { method: "DELETE" })).status, 204);
    destination.received.length = 0;
    const { headers } = await subscribe({ Context: "other" });
    await boot(lab, "Hdd");
    await eventually(async () => assert.ok(args().includes(told("Hdd"))));
    assert.ok(destination.received.every(({ Context }) => Context === "other"));
    assert.equal((await lab.admin.ask(String(headers.location), { method: "DELETE" })).status, 204);
    assert.equal((await lab.admin.get(String(headers.location))).status, 404);
  });

  it("that wait are not sent any more once the owner is gone, and a later owner of the name gets nothing", async () => {
    const account = { UserName: "second", Password: "second-marker-1", RoleId: "Administrator" };
    const { headers: second } = await lab.admin.post("/redfish/v1/AccountService/Accounts", account);
    destination.status = 500;
    const body = { Destination: destination.url, Protocol: "Redfish", VerifyCertificate: false };
    const made = await lab.anonymous.as("second", account.Password).post(SUBSCRIPTIONS, body);
    await boot(lab, "Pxe");
    await eventually(async () => assert.ok(destination.received.length > 0));
    assert.equal((await lab.admin.ask(String(second.location), { method: "DELETE" })).status, 204);
    assert.equal((await lab.admin.get(String(made.headers.location))).status, 404);
    assert.equal((await lab.admin.post("/redfish/v1/AccountService/Accounts", account)).status, 201);
    destination.status = 204;
    destination.received.length = 0;
    await subscribe({ Context: "other" });
    await clock.pass(400_000);
    await boot(lab, "Hdd");
    await eventually(async () => assert.ok(args().includes(told("Hdd"))));
    assert.ok(destination.received.every(({ Context }) => Context === "other"));
  });

  it("that wait are not sent to an owner who lost the right to hear of them", async () => {
    const account = { UserName: "second", Password: "second-marker-1", RoleId: "Administrator" };
    const { headers: second } = await lab.admin.post("/redfish/v1/AccountService/Accounts", account);
    destination.status = 500;
    const body = { Destination: destination.url, Protocol: "Redfish", VerifyCertificate: false };
    await lab.anonymous.as("second", account.Password).post(SUBSCRIPTIONS, body);
    await boot(lab, "Pxe");
    await eventually(async () => assert.ok(destination.received.length > 0));
    assert.equal((await lab.admin.patch(String(second.location), { Enabled: false })).status, 200);
    destination.status = 204;
    destination.received.length = 0;
    const { headers } = await subscribe({ Context: "other" });
    await clock.pass(400_000);
    await boot(lab, "Hdd");
    await eventually(async () => assert.ok(args().includes(told("Hdd"))));
    assert.ok(destination.received.every(({ Context }) => Context === "other"));
    assert.equal((await lab.admin.get(String(headers.location))).status, 200);
  });

  it("go on when their owner gets another name", async () => {
    const account = { UserName: "second", Password: "second-marker-1", RoleId: "Administrator" };
    const { headers: second } = await lab.admin.post("/redfish/v1/AccountService/Accounts", account);
    const body = { Destination: destination.url, Protocol: "Redfish", VerifyCertificate: false };
    const made = await lab.anonymous.as("second", account.Password).post(SUBSCRIPTIONS, body);
    assert.equal((await lab.admin.patch(String(second.location), { UserName: "third" })).status, 200);
    await boot(lab, "Pxe");
    await eventually(async () => assert.ok(args().includes(told("Pxe"))));
    const again = await lab.restart();
    const third = again.anonymous.as("third", account.Password);
    assert.equal((await third.get(String(made.headers.location))).status, 200);
    await boot(again, "Hdd");
    await eventually(async () => assert.ok(args().includes(told("Hdd"))));
  });

  it("never go where no receiver can rightly be: to link-local, unspecified and multicast addresses", async () => {
    const hosts = [
      "169.254.169.254",
      "[fe80::1]",
      "[::ffff:169.254.169.254]",
      "0.0.0.0",
      "[::]",
      "224.0.0.1",
      "[ff02::1]",
      "2852039166",
    ];
    for (const host of hosts) {
      const refused = await subscribe({ Destination: `https://${host}/` });
      assert.equal(refused.status, 400, host);
      assert.deepEqual(messageIds(refused), ["PropertyValueError"], host);
    }
  });

  it("are an Administrator's to set up; what is wrong is named, and no destination repeated", async () => {
    assert.equal((await lab.operator.post(SUBSCRIPTIONS, {})).status, 403);
    const cases: [object, string[]][] = [
      [{}, ["PropertyMissing", "PropertyMissing"]],
      [{ Destination: "http://example.org/token-marker", Protocol: "Redfish" }, ["PropertyValueError"]],
      [{ Destination: "https://u:token-marker@example.org/", Protocol: "Redfish" }, ["PropertyValueError"]],
      [{ Destination: destination.url, Protocol: "SNMPv1" }, ["PropertyValueNotInList"]],
      [{ Destination: destination.url, Protocol: "Redfish", Colour: 1 }, ["PropertyUnknown"]],
      [{ Destination: destination.url, Protocol: "Redfish", MessageIds: ["x"] }, ["PropertyValueNotInList"]],
      [
        { Destination: destination.url, Protocol: "Redfish", MessageIds: ["EdgeLab.1.0.Nothing"] },
        ["PropertyValueNotInList"],
      ],
      [
        { Destination: destination.url, Protocol: "Redfish", RegistryPrefixes: ["EdgeLabs"] },
        ["PropertyValueNotInList"],
      ],
      [{ Destination: destination.url, Protocol: "Redfish", Context: 7 }, ["PropertyValueTypeError"]],
    ];
    for (const [body, ids] of cases) {
      const answer = await lab.admin.post(SUBSCRIPTIONS, body);
      assert.equal(answer.status, 400);
      assert.deepEqual(messageIds(answer), ids);
      assert.ok(!answer.text.includes("token-marker"));
    }
    const { headers } = await subscribe();
    const fixed = await lab.admin.patch(String(headers.location), { Destination: "https://example.org" });
    assert.deepEqual(messageIds(fixed), ["PropertyNotWritable"]);
    assert.equal((await lab.reader.get(String(headers.location))).status, 403);
  });

  it("have a limit", async () => {
    // None of what happens here is for them: it would be pushed to each.
    const quiet = { MessageIds: ["EdgeLab.1.0.DeviceLost"] };
    // At once, since each waits for the disk.
    const made = await Promise.all(Array.from({ length: 64 }, () => subscribe(quiet)));
    assert.ok(made.every(({ status }) => status === 201));
    const refused = await subscribe();
    assert.equal(refused.status, 503);
    assert.deepEqual(messageIds(refused), ["EventSubscriptionLimitExceeded"]);
  });
});

function listen({ certificate }: TestEmulator): Promise<Destination> {
  const { cert, key } = certificate;
  return new Promise((resolve) => {
    const received: Record<string, unknown>[] = [];
    const server = createServer({ cert, key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>);
        response.writeHead(destination.status).end();
      });
    });
    const destination = { url: "", status: 204, received, close: () => void server.close() };
    server.listen(0, "127.0.0.1", () => {
      destination.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/token-marker`;
      resolve(destination);
    });
  });
}

/** Something to tell of. */
async function boot(lab: TestEmulator, target: string): Promise<void> {
  const { status } = await lab.operator.patch(SYSTEM, { Boot: { BootSourceOverrideTarget: target } });
  assert.equal(status, 200);
}

/** What is told of it. */
function told(target: string): string {
  return `boot override: ${target}, Disabled, UEFI`;
}
