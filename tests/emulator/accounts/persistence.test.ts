import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { Store } from "../../../emulator/src/store/store.ts";
import { oneOfEachRole, passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { type Body, messageIds } from "../support/redfish-client.ts";

const SERVICE = "/redfish/v1/AccountService";
const ACCOUNTS = `${SERVICE}/Accounts`;
const SESSIONS = "/redfish/v1/SessionService/Sessions";
const form = { UserName: "ops", Password: "ops-marker-0001", RoleId: "Operator" };

describe("accounts and a restart", () => {
  let lab: TestEmulator;

  beforeEach(async () => {
    lab = await testEmulator();
  });

  afterEach(async () => {
    await lab.stop();
  });

  const make = async (on: TestEmulator, more: object = {}): Promise<string> => {
    const answer = await on.admin.post(ACCOUNTS, { ...form, ...more });
    assert.equal(answer.status, 201, answer.text);
    return String(answer.headers.location);
  };
  const login = async (on: TestEmulator, UserName: string, Password: string): Promise<string> => {
    const answer = await on.anonymous.post(SESSIONS, { UserName, Password });
    assert.equal(answer.status, 201);
    return String(answer.headers["x-auth-token"]);
  };
  const auditOf = (on: TestEmulator): string[] =>
    on.emulator.store.events
      .latest(100)
      .filter(({ kind }) => kind === "account")
      .map(({ message }) => String(message))
      .reverse();

  it("are on disk when they are answered", async () => {
    const uri = await make(lab);
    await lab.admin.patch(uri, { RoleId: "ReadOnly" });
    // As after a kill -9: the emulator has not closed its store.
    const copy = await Store.open({ folder: join(lab.folder, "data"), logger: createLogger("silent") });
    assert.deepEqual(
      copy.accounts.loadAll().map(({ username, role }) => [username, role]),
      [["ops", "ReadOnly"]],
    );
    await copy.close();
  });

  it("live on with everything that was set, and so do their sessions", async () => {
    const uri = await make(lab);
    const disabled = await make(lab, { UserName: "off", Enabled: false, PasswordChangeRequired: true });
    const before = (await lab.admin.get(uri)).body;
    const token = await login(lab, "ops", form.Password);
    const again = await lab.restart();
    assert.deepEqual((await again.admin.get(uri)).body, before);
    const { body } = await again.admin.get(disabled);
    assert.deepEqual([body.Enabled, body.PasswordChangeRequired].map(String), ["false", "true"]);
    assert.equal((await again.anonymous.as("off", form.Password).get(SERVICE)).status, 401);
    assert.equal((await again.anonymous.as("ops", form.Password).get(SERVICE)).status, 200);
    assert.equal((await again.anonymous.with({ "X-Auth-Token": token }).get(SERVICE)).status, 200);
    assert.notEqual(await make(again, { UserName: "third" }), uri);
  });

  it("that cannot be read are nobody's login, and their name is free", async () => {
    const settings = { role: "Administrator", enabled: true, passwordChangeRequired: false } as const;
    for (const password of ["ops-plain", "scrypt$N=2,r=8,p=1$AAAA$AAAA", "-"]) {
      lab.emulator.store.accounts.insert({ username: `of ${password}`, password, ...settings }, 0);
    }
    const other = await make(lab);
    const again = await lab.restart();
    assert.equal((await again.anonymous.as("of ops-plain", "ops-plain").get(SERVICE)).status, 401);
    assert.equal(Number((await again.admin.get(ACCOUNTS)).body["Members@odata.count"]), 4);
    await make(again, { UserName: "of ops-plain" });
    assert.equal((await again.admin.patch(other, { UserName: "of -" })).status, 200);
  });

  it("let a changed configuration rotate, take and give up users without a restart", async () => {
    const uri = await make(lab);
    const bystander = await make(lab, { UserName: "bystander" });
    const tokens = {
      operator: await login(lab, "operator", passwords.operator),
      ops: await login(lab, "ops", form.Password),
      bystander: await login(lab, "bystander", form.Password),
    };
    const users = [
      { username: "admin", password: passwords.admin, role: "Administrator" },
      { username: "operator", password: "rotated-marker", role: "Operator" },
      { username: "ops", password: "of the configuration", role: "ReadOnly" },
    ];
    await lab.emulator.reload(emulatorConfigSchema.parse({ machines: [], users }));
    assert.equal((await lab.admin.get(uri)).status, 404);
    assert.equal((await lab.admin.get(`${ACCOUNTS}/reader`)).status, 404);
    assert.equal((await lab.admin.get(bystander)).status, 200);
    assert.equal((await lab.reader.get(SERVICE)).status, 401);
    assert.equal((await lab.operator.get(SERVICE)).status, 401);
    assert.equal((await lab.anonymous.as("operator", "rotated-marker").get(SERVICE)).status, 200);
    const statuses = Object.values(tokens).map(
      async (token) => (await lab.anonymous.with({ "X-Auth-Token": token }).get(SERVICE)).status,
    );
    assert.deepEqual(await Promise.all(statuses), [401, 401, 200]);
    // The name that the configuration gave up is free.
    await make(lab, { UserName: "reader" });
  });

  it("let the configuration rotate its users' passwords at a restart", async () => {
    const token = await login(lab, "admin", passwords.admin);
    const rotated = oneOfEachRole.map((user) =>
      user.username === "admin" ? { ...user, password: "rotated-marker" } : user,
    );
    const again = await lab.restart(rotated);
    assert.equal((await again.admin.get(SERVICE)).status, 401);
    assert.equal((await again.anonymous.with({ "X-Auth-Token": token }).get(SERVICE)).status, 401);
    const admin = again.anonymous.as("admin", "rotated-marker");
    assert.equal((await admin.get(SERVICE)).status, 200);
    const answer = await admin.post(ACCOUNTS, form);
    assert.equal(answer.status, 201, "nothing of the store stands in the way");
  });

  it("give their name to a user of the configuration that comes later, which is told", async () => {
    const uri = await make(lab, { RoleId: "Administrator" });
    const token = await login(lab, "ops", form.Password);
    const ops = { username: "ops", password: "of the configuration", role: "ReadOnly" } as const;
    const again = await lab.restart([...oneOfEachRole, ops]);
    assert.equal((await again.admin.get(uri)).status, 404);
    assert.equal(String((await again.admin.get(`${ACCOUNTS}/ops`)).body.RoleId), "ReadOnly");
    assert.equal((await again.anonymous.as("ops", form.Password).get(SERVICE)).status, 401);
    assert.equal((await again.anonymous.as("ops", ops.password).get(SERVICE)).status, 200);
    assert.equal((await again.anonymous.with({ "X-Auth-Token": token }).get(SERVICE)).status, 401);
    assert.match(auditOf(again).at(-1) ?? "", /^account ops, made over Redfish, removed: the configuration/);
    // It does not come back when the configuration forgets the user.
    const third = await again.restart(oneOfEachRole);
    const { body } = await third.admin.get(ACCOUNTS);
    assert.deepEqual(
      body.Members?.map((member: Body) => String(member["@odata.id"])),
      ["admin", "operator", "reader"].map((id) => `${ACCOUNTS}/${id}`),
    );
  });

  it("are in the audit log with every change, done and refused, and no password anywhere", async () => {
    const uri = await make(lab, { Enabled: false });
    await lab.admin.patch(uri, { Enabled: true, RoleId: "ReadOnly", Password: "ops-marker-0002" });
    await lab.anonymous.as("ops", "ops-marker-0002").patch(uri, { Password: "ops-marker-0003" });
    await lab.reader.post(ACCOUNTS, { ...form, UserName: "intruder-marker" });
    const conflict = await lab.admin.post(ACCOUNTS, { ...form, Password: "ops-marker-0004" });
    assert.deepEqual(messageIds(conflict), ["ResourceAlreadyExists"]);
    await lab.admin.patch(`${ACCOUNTS}/admin`, { Password: "ops-marker-0005" });
    await lab.admin.ask(uri, { method: "DELETE" });
    assert.deepEqual(auditOf(lab), [
      "account ops made: Operator, disabled",
      "account ops changed: Password, RoleId Operator -> ReadOnly, Enabled false -> true; its sessions ended",
      "own account changed: Password; its sessions ended",
      `POST ${ACCOUNTS}: InsufficientPrivilege`,
      `POST ${ACCOUNTS}: ResourceAlreadyExists`,
      `PATCH ${ACCOUNTS}/:id: OperationNotAllowed`,
      "account ops removed; its sessions ended",
    ]);
    await lab.emulator.store.commit();
    const data = join(lab.folder, "data");
    const files = await Promise.all(
      (await readdir(data)).map((name) => readFile(join(data, name), "latin1")),
    );
    for (const text of [lab.log(), ...files]) assert.ok(!text.includes("marker"));
  });
});
