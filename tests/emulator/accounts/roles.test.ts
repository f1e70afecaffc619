import assert from "node:assert/strict";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { messageIds, type RedfishClient } from "../support/redfish-client.ts";

const SERVICE = "/redfish/v1/AccountService";
const ACCOUNTS = `${SERVICE}/Accounts`;
const SESSIONS = "/redfish/v1/SessionService/Sessions";
const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;

describe("roles", () => {
  let lab: TestEmulator;
  /** Accounts of the store, one of each role. */
  let users: Record<
    "Administrator" | "Operator" | "ReadOnly",
    { readonly uri: string; readonly as: RedfishClient }
  >;

  before(async () => {
    lab = await testEmulator();
    const make = async (role: string) => {
      const form = { UserName: `a ${role}`, Password: `password of ${role}`, RoleId: role };
      const answer = await lab.admin.post(ACCOUNTS, form);
      assert.equal(answer.status, 201);
      return { uri: String(answer.headers.location), as: lab.anonymous.as(form.UserName, form.Password) };
    };
    users = {
      Administrator: await make("Administrator"),
      Operator: await make("Operator"),
      ReadOnly: await make("ReadOnly"),
    };
  });

  after(async () => {
    await lab.stop();
  });

  it("are the three of the specification with its privileges, and nobody changes them", async () => {
    const expected = {
      Administrator: ["Login", "ConfigureManager", "ConfigureUsers", "ConfigureComponents", "ConfigureSelf"],
      Operator: ["Login", "ConfigureComponents", "ConfigureSelf"],
      ReadOnly: ["Login", "ConfigureSelf"],
    };
    const { body } = await lab.reader.get(`${SERVICE}/Roles`);
    assert.equal(Number(body["Members@odata.count"]), 3);
    for (const [role, privileges] of Object.entries(expected)) {
      const { body: found } = await lab.reader.get(`${SERVICE}/Roles/${role}`);
      assert.deepEqual(found.AssignedPrivileges, privileges);
      assert.equal(String(found.IsPredefined), "true");
      const change = await lab.admin.patch(`${SERVICE}/Roles/${role}`, { AssignedPrivileges: ["Login"] });
      assert.equal(change.status, 405);
    }
    assert.equal((await lab.admin.get(`${SERVICE}/Roles/constructor`)).status, 404);
    assert.equal((await lab.admin.post(`${SERVICE}/Roles`, { RoleId: "Mine" })).status, 405);
  });

  it("decide what each may do to each kind of resource", async () => {
    const { uri: other } = users.Administrator;
    const form = { UserName: "x" };
    // [what, Administrator, Operator, ReadOnly]; 400 and 404 are answers to somebody who may.
    const table: [string, (client: RedfishClient) => Promise<{ status: number }>, number, number, number][] =
      [
        ["GET system", (as) => as.get(SYSTEM), 200, 200, 200],
        ["PATCH system", (as) => as.patch(SYSTEM, {}), 400, 400, 403],
        ["POST reset", (as) => as.post(RESET, {}), 400, 400, 403],
        ["GET account service", (as) => as.get(SERVICE), 200, 200, 200],
        ["GET accounts", (as) => as.get(ACCOUNTS), 200, 200, 200],
        ["POST accounts", (as) => as.post(ACCOUNTS, form), 400, 403, 403],
        ["POST accounts' members", (as) => as.post(`${ACCOUNTS}/Members`, form), 400, 403, 403],
        ["GET another's account", (as) => as.get(other), 200, 403, 403],
        ["PATCH another's password", (as) => as.patch(other, { Password: "short" }), 400, 403, 403],
        ["PATCH another's role", (as) => as.patch(other, { RoleId: "x" }), 400, 403, 403],
        ["DELETE another", (as) => as.ask(`${ACCOUNTS}/admin`, { method: "DELETE" }), 405, 403, 403],
        ["GET nobody", (as) => as.get(`${ACCOUNTS}/99`), 404, 403, 403],
        ["DELETE nobody", (as) => as.ask(`${ACCOUNTS}/99`, { method: "DELETE" }), 404, 403, 403],
        ["DELETE no session", (as) => as.ask(`${SESSIONS}/99`, { method: "DELETE" }), 404, 403, 403],
        ["GET roles", (as) => as.get(`${SERVICE}/Roles`), 200, 200, 200],
      ];
    for (const [what, ask, administrator, operator, reader] of table) {
      const { Administrator, Operator, ReadOnly } = users;
      const statuses = [
        (await ask(Administrator.as)).status,
        (await ask(Operator.as)).status,
        (await ask(ReadOnly.as)).status,
      ];
      assert.deepEqual(statuses, [administrator, operator, reader], what);
    }
  });

  it("let everybody see the own account and change its password, and nothing else of it", async () => {
    for (const role of ["Operator", "ReadOnly"] as const) {
      const { uri, as } = users[role];
      assert.equal((await as.get(uri)).status, 200);
      const { body } = await as.get(ACCOUNTS);
      assert.deepEqual(body.Members, [{ "@odata.id": uri }]);
      for (const form of [
        { RoleId: "Administrator" },
        { Enabled: true },
        { UserName: "root" },
        { PasswordChangeRequired: false },
        { Password: "another password", RoleId: "Administrator" },
        { Password: "another password", Shoe: 1 },
      ]) {
        const refused = await as.patch(uri, form);
        assert.equal(refused.status, 403, JSON.stringify(form));
        assert.ok(messageIds(refused).every((id) => id === "InsufficientPrivilege"));
      }
      assert.equal((await as.ask(uri, { method: "DELETE" })).status, 403);
      assert.equal((await as.get(uri)).status, 200, "the password is still the old one");
      const changed = await as.patch(uri, { Password: `new password of ${role}` });
      assert.equal(changed.status, 200);
      assert.equal(String(changed.body.RoleId), role);
      assert.equal((await as.get(uri)).status, 401);
      const now = lab.anonymous.as(`a ${role}`, `new password of ${role}`);
      assert.equal((await now.get(uri)).status, 200);
    }
  });

  it("count at once when they are changed", async () => {
    const form = { UserName: "changing", Password: "password-marker", RoleId: "ReadOnly" };
    const uri = String((await lab.admin.post(ACCOUNTS, form)).headers.location);
    const as = lab.anonymous.as(form.UserName, form.Password);
    assert.equal((await as.post(RESET, {})).status, 403);
    await lab.admin.patch(uri, { RoleId: "Operator" });
    assert.equal((await as.post(RESET, {})).status, 400);
    await lab.admin.patch(uri, { RoleId: "ReadOnly" });
    assert.equal((await as.post(RESET, {})).status, 403);
  });

  it("leave an enabled Administrator, whoever asks", async () => {
    const only = await testEmulator({
      users: [{ username: "operator", password: passwords.operator, role: "Operator" }],
    });
    try {
      const settings = { role: "Administrator", enabled: true, passwordChangeRequired: false } as const;
      only.emulator.store.accounts.insert({ username: "boss", password: HASH, ...settings }, 0);
      await only.emulator.store.commit();
      const again = await only.restart();
      const boss = again.anonymous.as("boss", "correct horse battery");
      const uri = `${ACCOUNTS}/1`;
      assert.equal((await boss.get(uri)).status, 200);
      const gone = await boss.ask(uri, { method: "DELETE" });
      assert.equal(gone.status, 409);
      assert.deepEqual(messageIds(gone), ["ResourceCannotBeDeleted"]);
      for (const form of [{ Enabled: false }, { RoleId: "Operator" }]) {
        const refused = await boss.patch(uri, form);
        assert.equal(refused.status, 409);
        assert.deepEqual(messageIds(refused), ["PropertyValueIncorrect"]);
        assert.match(refused.text, /last enabled account with the role Administrator/);
      }
      const form = { UserName: "deputy", Password: "password-marker", RoleId: "Administrator" };
      const deputy = String((await boss.post(ACCOUNTS, form)).headers.location);
      // One that is disabled does not count.
      assert.equal((await boss.patch(deputy, { Enabled: false })).status, 200);
      assert.equal((await boss.ask(uri, { method: "DELETE" })).status, 409);
      assert.equal((await boss.patch(deputy, { Enabled: true })).status, 200);
      assert.equal((await boss.ask(uri, { method: "DELETE" })).status, 204);
    } finally {
      await only.stop();
    }
  });
});

/** Of "correct horse battery". */
const HASH = "scrypt$N=16384,r=8,p=1$BwcHBwcHBwcHBwcHBwcHBw$jqNYMZJ6k8yP9UrEwEFdAphyQW3NDqRG8javhwKNA-0";
