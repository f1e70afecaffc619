import assert from "node:assert/strict";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { type Answer, type Body, messageIds } from "../support/redfish-client.ts";

const SERVICE = "/redfish/v1/AccountService";
const ACCOUNTS = `${SERVICE}/Accounts`;
const good = { UserName: "ops", Password: "ops-marker-0001", RoleId: "Operator" };

describe("accounts over Redfish", () => {
  let lab: TestEmulator;

  beforeEach(async () => {
    lab = await testEmulator();
  });

  afterEach(async () => {
    await lab.stop();
  });

  const create = async (form: object = good): Promise<string> => {
    const answer = await lab.admin.post(ACCOUNTS, form);
    assert.equal(answer.status, 201, answer.text);
    return String(answer.headers.location);
  };
  const related = (answer: Answer): string[] =>
    (answer.body.error?.["@Message.ExtendedInfo"] ?? []).map((entry: Body) =>
      String(entry.RelatedProperties?.[0]),
    );
  const names = async (): Promise<string[]> => {
    const { body } = await lab.admin.get(ACCOUNTS);
    const members = (body.Members ?? []).map((member: Body) => String(member["@odata.id"]));
    return Promise.all(members.map(async (uri) => String((await lab.admin.get(uri)).body.UserName)));
  };

  it("have a service that tells what it keeps to, and no lock-out that it does not have", async () => {
    const { body } = await lab.reader.get(SERVICE);
    assert.equal(Number(body.MinPasswordLength), 12);
    assert.equal(Number(body.MaxPasswordLength), 128);
    assert.deepEqual(
      Object.keys(body).filter((property) => /Lockout|Threshold/.test(property)),
      [],
    );
    assert.equal((await lab.admin.patch(SERVICE, { MinPasswordLength: 1 })).status, 405);
    const { body: root } = await lab.anonymous.get("/redfish/v1/");
    assert.equal(String(root.AccountService?.["@odata.id"]), SERVICE);
  });

  it("are made, can log in by both ways, and are gone when they are deleted", async () => {
    const answer = await lab.admin.post(ACCOUNTS, { ...good, AccountTypes: ["Redfish"] });
    assert.equal(answer.status, 201);
    const location = String(answer.headers.location);
    assert.equal(String(answer.body["@odata.id"]), location);
    assert.equal(answer.body.Password, null);
    assert.equal(String(answer.body.RoleId), "Operator");
    assert.equal(String(answer.body["@odata.etag"]), answer.headers.etag);
    const user = lab.anonymous.as("ops", good.Password);
    assert.equal((await user.get(location)).status, 200);
    const login = { UserName: "ops", Password: good.Password };
    const session = await lab.anonymous.post("/redfish/v1/SessionService/Sessions", login);
    assert.equal(session.status, 201);
    assert.deepEqual(await names(), ["admin", "operator", "reader", "ops"]);
    assert.equal((await lab.admin.ask(location, { method: "DELETE" })).status, 204);
    assert.equal((await lab.admin.get(location)).status, 404);
    assert.equal((await user.get(SERVICE)).status, 401);
    assert.deepEqual(await names(), ["admin", "operator", "reader"]);
    // Ids are not used again: a link that somebody kept must not lead to another user.
    assert.notEqual(await create(), location);
  });

  it("are made at the URI of the collection's Members too", async () => {
    const answer = await lab.admin.post(`${ACCOUNTS}/Members`, good);
    assert.equal(answer.status, 201);
  });

  it("are refused by the names of everything that is wrong, without repeating a password", async () => {
    const cases: [object, string[], string[]][] = [
      [
        {},
        ["PropertyMissing", "PropertyMissing", "PropertyMissing"],
        ["#/UserName", "#/Password", "#/RoleId"],
      ],
      [{ ...good, RoleId: "Root" }, ["PropertyValueNotInList"], ["#/RoleId"]],
      [{ ...good, RoleId: 1 }, ["PropertyValueTypeError"], ["#/RoleId"]],
      [{ ...good, Password: "only-eleven" }, ["PasswordIncorrectLength"], ["#/Password"]],
      [{ ...good, Password: "x".repeat(129) }, ["PasswordIncorrectLength"], ["#/Password"]],
      [{ ...good, Password: 123456789012 }, ["PropertyValueError"], ["#/Password"]],
      [{ ...good, Password: null }, ["PropertyValueError"], ["#/Password"]],
      [{ ...good, Password: "with\u0000nul-marker" }, ["PropertyValueError"], ["#/Password"]],
      [{ ...good, UserName: "a:b" }, ["PropertyValueError"], ["#/UserName"]],
      [{ ...good, UserName: "a\nb" }, ["PropertyValueError"], ["#/UserName"]],
      [{ ...good, UserName: " ops" }, ["PropertyValueError"], ["#/UserName"]],
      [{ ...good, UserName: "" }, ["PropertyValueError"], ["#/UserName"]],
      [{ ...good, UserName: "x".repeat(65) }, ["PropertyValueError"], ["#/UserName"]],
      [{ ...good, Enabled: "yes" }, ["PropertyValueTypeError"], ["#/Enabled"]],
      [{ ...good, Shoe: 42 }, ["PropertyUnknown"], ["#/Shoe"]],
      [{ ...good, Id: "7" }, ["PropertyNotWritable"], ["#/Id"]],
      [{ ...good, AccountTypes: ["IPMI"] }, ["PropertyNotWritable"], ["#/AccountTypes"]],
      [{ ...good, constructor: 1 }, ["PropertyUnknown"], ["#/constructor"]],
    ];
    for (const [form, ids, properties] of cases) {
      const answer = await lab.admin.post(ACCOUNTS, form);
      assert.equal(answer.status, 400, JSON.stringify(form));
      assert.deepEqual(messageIds(answer), ids, answer.text);
      assert.deepEqual(related(answer), properties);
      assert.ok(!answer.text.includes("marker"));
    }
    assert.deepEqual(await names(), ["admin", "operator", "reader"]);
    // The longest and strangest that are allowed.
    await create({ ...good, UserName: "Ω".repeat(64), Password: "😀".repeat(128) });
    assert.equal((await lab.anonymous.as("Ω".repeat(64), "😀".repeat(128)).get(SERVICE)).status, 200);
  });

  it("have a name that nobody else has, neither of the store nor of the configuration", async () => {
    await create();
    for (const name of ["ops", "admin"]) {
      const answer = await lab.admin.post(ACCOUNTS, { ...good, UserName: name });
      assert.equal(answer.status, 409);
      assert.deepEqual(messageIds(answer), ["ResourceAlreadyExists"]);
    }
    const other = await create({ ...good, UserName: "other" });
    const renamed = await lab.admin.patch(other, { UserName: "ops" });
    assert.equal(renamed.status, 409);
    assert.deepEqual(messageIds(renamed), ["ResourceAlreadyExists"]);
    const twice = await Promise.all(
      [1, 2, 3].map(() => lab.admin.post(ACCOUNTS, { ...good, UserName: "x" })),
    );
    assert.deepEqual(twice.map(({ status }) => status).sort(), [201, 409, 409]);
  });

  it("are changed from a known state only, when the client says which", async () => {
    const uri = await create();
    const { headers } = await lab.admin.get(uri);
    const etag = { "If-Match": String(headers.etag) };
    const first = await lab.admin.patch(uri, { RoleId: "ReadOnly" }, etag);
    assert.equal(first.status, 200);
    assert.equal(String(first.body.RoleId), "ReadOnly");
    assert.notEqual(first.headers.etag, headers.etag);
    assert.deepEqual(messageIds(await lab.admin.patch(uri, { RoleId: "Operator" }, etag)), [
      "PreconditionFailed",
    ]);
    assert.equal((await lab.admin.ask(uri, { method: "DELETE", headers: etag })).status, 412);
    const now = { "If-Match": String(first.headers.etag) };
    const race = await Promise.all(
      [1, 2, 3].map((count) => lab.admin.patch(uri, { Password: `ops-marker-race-${count}` }, now)),
    );
    assert.deepEqual(race.map(({ status }) => status).sort(), [200, 412, 412]);
  });

  it("take what can be set, say what cannot, and take nothing where a value is wrong", async () => {
    const uri = await create();
    const mixed = await lab.admin.patch(uri, { RoleId: "ReadOnly", Shoe: 1, Id: "9", "@odata.id": uri });
    assert.equal(mixed.status, 200);
    assert.equal(String(mixed.body.RoleId), "ReadOnly");
    assert.match(mixed.text, /PropertyUnknown.*PropertyNotWritable/s);
    const wrong = await lab.admin.patch(uri, { RoleId: "Operator", Enabled: 1 });
    assert.deepEqual(messageIds(wrong), ["PropertyValueTypeError"]);
    assert.equal(String((await lab.admin.get(uri)).body.RoleId), "ReadOnly");
    assert.deepEqual(messageIds(await lab.admin.patch(uri, { Shoe: 1 })), ["PropertyUnknown"]);
    assert.deepEqual(messageIds(await lab.admin.patch(uri, {})), ["NoOperation"]);
    assert.deepEqual(messageIds(await lab.admin.patch(uri, { "@odata.id": uri })), ["NoOperation"]);
    const renamed = await lab.admin.patch(uri, { UserName: "night shift" });
    assert.equal(String(renamed.body["@odata.id"]), uri);
    assert.equal((await lab.anonymous.as("night shift", good.Password).get(uri)).status, 200);
    assert.equal((await lab.anonymous.as("ops", good.Password).get(uri)).status, 401);
  });

  it("of the configuration are shown, and refuse to be changed, saying where they can be", async () => {
    const uri = `${ACCOUNTS}/operator`;
    const { headers, body } = await lab.admin.get(uri);
    assert.equal(String(body.UserName), "operator");
    assert.equal(headers.allow, "GET, HEAD");
    const patch = await lab.admin.patch(uri, { Password: "another-marker-1" });
    assert.equal(patch.status, 405);
    assert.deepEqual(messageIds(patch), ["OperationNotAllowed"]);
    assert.match(patch.text, /operator is a user of the emulator's configuration: change or remove it there/);
    const gone = await lab.admin.ask(uri, { method: "DELETE" });
    assert.equal(gone.status, 405);
    assert.equal(gone.headers.allow, "GET, HEAD");
    assert.deepEqual(messageIds(gone), ["ResourceCannotBeDeleted"]);
    assert.equal((await lab.operator.get(SERVICE)).status, 200);
    // Their own neither.
    assert.equal((await lab.operator.patch(uri, { Password: "another-marker-1" })).status, 405);
  });

  it("are 64 at most", async () => {
    const { accounts } = lab.emulator.store;
    for (let count = 0; count < 63; count += 1) {
      const settings = { role: "ReadOnly", enabled: true, passwordChangeRequired: false } as const;
      accounts.insert({ username: `user-${count}`, password: UNUSABLE, ...settings }, 0);
    }
    await lab.emulator.store.commit();
    const again = await lab.restart();
    assert.equal((await again.admin.post(ACCOUNTS, good)).status, 201);
    const answer = await again.admin.post(ACCOUNTS, { ...good, UserName: "one too many" });
    assert.equal(answer.status, 409);
    assert.deepEqual(messageIds(answer), ["CreateLimitReachedForResource"]);
    assert.match(answer.text, /64 accounts/);
  });
});

/** A hash of no password, so that 63 accounts do not cost 63 times scrypt. */
const UNUSABLE = `scrypt$N=16384,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;
