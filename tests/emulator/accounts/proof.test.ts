import assert from "node:assert/strict";
import { request as httpsRequest } from "node:https";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { messageIds, type RedfishClient } from "../support/redfish-client.ts";

const SERVICE = "/redfish/v1/AccountService";
const ACCOUNTS = `${SERVICE}/Accounts`;
const SESSIONS = "/redfish/v1/SessionService/Sessions";
const form = { UserName: "ops", Password: "ops-marker-0001", RoleId: "Operator" };

describe("what a user proved", () => {
  let lab: TestEmulator;
  let uri: string;

  beforeEach(async () => {
    lab = await testEmulator();
    uri = String((await lab.admin.post(ACCOUNTS, form)).headers.location);
  });

  afterEach(async () => {
    await lab.stop();
  });

  const login = async (UserName: string, Password: string): Promise<RedfishClient> => {
    const answer = await lab.anonymous.post(SESSIONS, { UserName, Password });
    assert.equal(answer.status, 201, answer.text);
    return lab.anonymous.with({ "X-Auth-Token": String(answer.headers["x-auth-token"]) });
  };

  const changes: [string, (uri: string) => Promise<{ status: number }>][] = [
    ["its password was changed", (at) => lab.admin.patch(at, { Password: "ops-marker-0002" })],
    ["it was renamed", (at) => lab.admin.patch(at, { UserName: "other" })],
    ["it was disabled", (at) => lab.admin.patch(at, { Enabled: false })],
    ["it was deleted", (at) => lab.admin.ask(at, { method: "DELETE" })],
  ];
  for (const [what, change] of changes) {
    it(`counts no more once ${what}: neither session nor remembered credentials`, async () => {
      const session = await login("ops", form.Password);
      const basic = lab.anonymous.as("ops", form.Password);
      const bystander = await login("admin", "admin-marker-5d1");
      assert.equal((await session.get(SERVICE)).status, 200);
      assert.equal((await basic.get(SERVICE)).status, 200);
      assert.ok((await change(uri)).status < 300);
      assert.deepEqual(messageIds(await session.get(SERVICE)), ["NoValidSession"]);
      assert.equal((await basic.get(SERVICE)).status, 401);
      assert.equal((await bystander.get(SERVICE)).status, 200);
      const { body } = await bystander.get(SESSIONS);
      assert.equal(Number(body["Members@odata.count"]), 1);
    });
  }

  it("counts no more while it is being checked", async () => {
    const checks = Promise.all(
      Array.from({ length: 5 }, () => lab.anonymous.as("ops", form.Password).get(uri)),
    );
    const gone = lab.admin.ask(uri, { method: "DELETE" });
    await Promise.all([checks, gone]);
    assert.equal((await lab.anonymous.as("ops", form.Password).get(SERVICE)).status, 401);
  });

  it("counts no more at the end of a request that it began, however slowly it is sent", async () => {
    const boss = { UserName: "boss", Password: "boss-marker-001", RoleId: "Administrator" };
    const at = String((await lab.admin.post(ACCOUNTS, boss)).headers.location);
    const body = JSON.stringify({ ...form, UserName: "backdoor" });
    const slow = await slowPost(lab.anonymous.as("boss", boss.Password), ACCOUNTS, body);
    assert.equal((await lab.admin.patch(at, { RoleId: "ReadOnly" })).status, 200);
    assert.equal(await slow(), 401);
    const { body: accounts } = await lab.admin.get(ACCOUNTS);
    assert.equal(Number(accounts["Members@odata.count"]), 5);
  });

  it("does not pass to another user who gets the name later", async () => {
    const session = await login("ops", form.Password);
    await lab.admin.ask(uri, { method: "DELETE" });
    await lab.admin.post(ACCOUNTS, form);
    assert.equal((await session.get(SERVICE)).status, 401);
  });

  it("does not come back when a disabled account is enabled again, but its password does", async () => {
    const session = await login("ops", form.Password);
    await lab.admin.patch(uri, { Enabled: false });
    assert.equal(
      (await lab.anonymous.post(SESSIONS, { UserName: "ops", Password: form.Password })).status,
      401,
    );
    await lab.admin.patch(uri, { Enabled: true });
    assert.equal((await session.get(SERVICE)).status, 401);
    assert.equal((await (await login("ops", form.Password)).get(SERVICE)).status, 200);
  });

  it("is kept where nothing was changed", async () => {
    const session = await login("ops", form.Password);
    const same = { UserName: "ops", RoleId: "Operator", Enabled: true, PasswordChangeRequired: false };
    assert.equal((await lab.admin.patch(uri, same)).status, 200);
    assert.equal((await session.get(SERVICE)).status, 200);
  });
});

/** Sends a POST but for the last byte; what comes back sends that and tells the answer's status. */
async function slowPost(client: RedfishClient, path: string, body: string): Promise<() => Promise<number>> {
  const headers = { "Content-Type": "application/json", "Content-Length": body.length, ...client.headers };
  const request = httpsRequest(`${client.url}${path}`, {
    method: "POST",
    agent: false,
    headers,
    ca: client.ca,
  });
  const status = new Promise<number>((resolve, reject) => {
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
  });
  await new Promise<void>((resolve) => request.write(body.slice(0, -1), () => resolve()));
  // Another request after it, so that the first is known to be past its login.
  assert.equal((await client.get(SERVICE)).status, 200);
  return () => {
    request.end(body.slice(-1));
    return status;
  };
}

describe("a password that has to be changed", () => {
  let lab: TestEmulator;
  let uri: string;

  beforeEach(async () => {
    lab = await testEmulator();
    const first = { ...form, RoleId: "Administrator", PasswordChangeRequired: true };
    uri = String((await lab.admin.post(ACCOUNTS, first)).headers.location);
  });

  afterEach(async () => {
    await lab.stop();
  });

  it("lets its user in to change it, and to nothing else", async () => {
    const login = await lab.anonymous.post(SESSIONS, { UserName: "ops", Password: form.Password });
    assert.equal(login.status, 201);
    assert.match(login.text, /PasswordChangeRequired/);
    assert.ok(login.text.includes(uri));
    const session = lab.anonymous.with({ "X-Auth-Token": String(login.headers["x-auth-token"]) });
    assert.equal(String((await session.get(uri)).body.PasswordChangeRequired), "true");
    const refusals = [
      await session.get("/redfish/v1/Systems"),
      await session.get(SESSIONS),
      await session.get(`${ACCOUNTS}/admin`),
      await session.get("/metrics"),
      await session.post("/redfish/v1/Systems/node-1/Actions/ComputerSystem.Reset", { ResetType: "On" }),
      await session.post(ACCOUNTS, { ...form, UserName: "way out" }),
      await session.ask(uri, { method: "DELETE" }),
      // The way out without a new password.
      await session.patch(uri, { PasswordChangeRequired: false }),
      await session.patch(uri, { Password: "ops-marker-0002", RoleId: "Operator" }),
    ];
    for (const [index, answer] of refusals.entries()) {
      assert.equal(answer.status, 403, String(index));
      assert.deepEqual(messageIds(answer), ["PasswordChangeRequired"]);
    }
    assert.equal((await session.patch(uri, { Password: "short" })).status, 400);
    const changed = await session.patch(uri, { Password: "ops-marker-0002" });
    assert.equal(changed.status, 200);
    assert.equal(String(changed.body.PasswordChangeRequired), "false");
    const now = lab.anonymous.as("ops", "ops-marker-0002");
    assert.equal((await now.get("/redfish/v1/Systems")).status, 200);
  });

  it("may be asked for again together with the new password that an Administrator gives", async () => {
    const both = { Password: "ops-marker-0002", PasswordChangeRequired: true };
    assert.equal(String((await lab.admin.patch(uri, both)).body.PasswordChangeRequired), "true");
    const given = await lab.admin.patch(uri, { Password: "ops-marker-0003" });
    assert.equal(String(given.body.PasswordChangeRequired), "false");
  });
});
