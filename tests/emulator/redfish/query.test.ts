import assert from "node:assert/strict";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { type Body, messageIds } from "../support/redfish-client.ts";

const ROLES = "/redfish/v1/AccountService/Roles";
const SYSTEMS = "/redfish/v1/Systems";
const SYSTEM = `${SYSTEMS}/node-1`;

describe("query parameters", () => {
  let lab: TestEmulator;

  before(async () => {
    lab = await testEmulator();
  });
  after(async () => {
    await lab.stop();
  });

  const read = async (path: string): Promise<Body> => {
    const { status, body, text } = await lab.admin.get(path);
    assert.equal(status, 200, `${path}: ${text}`);
    return body;
  };
  const ids = async (path: string): Promise<(string | undefined)[]> =>
    ((await read(path)).Members ?? []).map((member: Body) => String(member["@odata.id"]).split("/").at(-1));
  const encoded = (filter: string): string => `$filter=${encodeURIComponent(filter)}`;

  it("are announced in the service root as they are", async () => {
    assert.deepEqual((await lab.anonymous.get("/redfish/v1/")).body.ProtocolFeaturesSupported, {
      ExcerptQuery: false,
      ExpandQuery: { ExpandAll: true, Levels: true, Links: true, NoLinks: true, MaxLevels: 3 },
      FilterQuery: true,
      OnlyMemberQuery: true,
      SelectQuery: true,
      TopSkipQuery: true,
    });
  });

  it("$select keeps what is named, inside objects and arrays too, with its annotations", async () => {
    const body = await read(`${SYSTEM}?$select=PowerState,Boot/BootSourceOverrideTarget,Nothing`);
    const whole = await read(SYSTEM);
    assert.deepEqual(Object.keys(body).sort(), [
      "@odata.etag",
      "@odata.id",
      "@odata.type",
      "Boot",
      "PowerState",
    ]);
    assert.deepEqual(body.Boot, {
      BootSourceOverrideTarget: "None",
      "BootSourceOverrideTarget@Redfish.AllowableValues":
        whole.Boot?.["BootSourceOverrideTarget@Redfish.AllowableValues"],
    });
    assert.equal((await read(`${SYSTEMS}?$select=Members`))["Members@odata.count"], 2);
    const expanded = await read(`${SYSTEMS}?$expand=.&$select=Members/UUID`);
    assert.deepEqual(Object.keys(expanded.Members?.[0] ?? {}).sort(), [
      "@odata.etag",
      "@odata.id",
      "@odata.type",
      "UUID",
    ]);
  });

  it("$expand shows nothing to whoever has to change the password first", async () => {
    const account = {
      UserName: "fresh",
      Password: "fresh-marker-1",
      RoleId: "Administrator",
      PasswordChangeRequired: true,
    };
    const { headers } = await lab.admin.post("/redfish/v1/AccountService/Accounts", account);
    const fresh = lab.anonymous.as("fresh", account.Password);
    const root = await fresh.get("/redfish/v1/?$expand=*($levels=2)");
    assert.equal(root.status, 200);
    assert.deepEqual(root.body.Systems, { "@odata.id": SYSTEMS });
    const own = await fresh.get(`${headers.location}?$expand=*`);
    assert.equal(own.status, 200);
    assert.deepEqual(own.body.Links?.Role, { "@odata.id": `${ROLES}/Administrator` });
    await lab.admin.ask(String(headers.location), { method: "DELETE" });
  });

  it("$expand follows what is subordinate, the links, or both, as deep as asked", async () => {
    const below = await read("/redfish/v1/?$expand=.");
    assert.equal(below.Systems?.Name, "Computer systems");
    assert.deepEqual(below.Systems?.Members?.[0], { "@odata.id": SYSTEM });
    assert.deepEqual(below.Links?.Sessions, { "@odata.id": "/redfish/v1/SessionService/Sessions" });
    const links = await read("/redfish/v1/?$expand=~");
    assert.deepEqual(links.Systems, { "@odata.id": SYSTEMS });
    assert.equal(links.Links?.Sessions?.Name, "Sessions");
    const both = await read("/redfish/v1/?$expand=*($levels=2)");
    assert.equal(both.Systems?.Members?.[0]?.Name, "node-1");
    assert.deepEqual(both.Systems?.Members?.[0]?.Links?.ManagedBy, [
      { "@odata.id": "/redfish/v1/Managers/node-1" },
    ]);
    // As Ironic's sensors ask.
    assert.equal((await read("/redfish/v1/Chassis?$expand=.($levels=1)")).Members?.[1]?.Id, "node-2");
    // Nothing of it stays in what others read.
    assert.deepEqual((await read("/redfish/v1/")).Systems, { "@odata.id": SYSTEMS });
  });

  it("$expand shows nobody what they may not see", async () => {
    const anonymous = await lab.anonymous.get("/redfish/v1/?$expand=.");
    assert.equal(anonymous.status, 401);
    const encodedDollar = await lab.anonymous.get("/redfish/v1/?%24expand=*");
    assert.equal(encodedDollar.status, 401);
    const tricky = await lab.anonymous.get("/redfish/v1/?%24%65xpand=*");
    assert.ok(tricky.status === 401 || typeof tricky.body.Systems?.Name !== "string");
    const opened = await lab.admin.post("/redfish/v1/SessionService/Sessions", {
      UserName: "admin",
      Password: "admin-marker-5d1",
    });
    assert.equal(opened.status, 201);
    const seen = (await lab.reader.get("/redfish/v1/SessionService?$expand=.($levels=3)")).text;
    assert.ok(!seen.includes(String(opened.headers.location)));
  });

  it("$filter compares, and joins with and, or, not and parentheses", async () => {
    for (const [filter, found] of [
      ["Id eq 'Operator'", ["Operator"]],
      ["not (Id eq 'Operator')", ["Administrator", "ReadOnly"]],
      ["Id eq 'Operator' or Id eq 'ReadOnly' and IsPredefined eq false", ["Operator"]],
      ["(Id eq 'Operator' or Id eq 'ReadOnly') and IsPredefined eq true", ["Operator", "ReadOnly"]],
      ["Id gt 'Operator'", ["ReadOnly"]],
      ["Nothing eq 1", []],
      ["Nothing ne 1", ["Administrator", "Operator", "ReadOnly"]],
      ["Id eq 'it''s'", []],
    ] as const) {
      assert.deepEqual(await ids(`${ROLES}?${encoded(filter)}`), found, filter);
    }
    assert.deepEqual(await ids(`${SYSTEMS}?${encoded("Boot/BootSourceOverrideTarget eq 'None'")}`), [
      "node-1",
      "node-2",
    ]);
  });

  it("$top and $skip page through what the filter left, and the count is of all of it", async () => {
    assert.deepEqual(await ids(`${ROLES}?$top=1&$skip=1`), ["Operator"]);
    assert.deepEqual(await ids(`${ROLES}?$skip=7`), []);
    assert.deepEqual(await ids(`${ROLES}?$top=0`), []);
    const page = await read(`${ROLES}?${encoded("not (Id eq 'Operator')")}&$skip=1`);
    assert.equal(page["Members@odata.count"], 2);
    assert.equal(page.Members?.length, 1);
    assert.equal((await read(`${ROLES}?$top=1&$expand=.`)).Members?.[0]?.Id, "Administrator");
  });

  it("only gives the single member, or the collection where there are more", async () => {
    assert.equal((await read(`${SYSTEM}/EthernetInterfaces?only`)).Id, "1");
    assert.equal((await read(`${SYSTEMS}?only`))["Members@odata.count"], 2);
  });

  it("that are wrong are told as what they are", async () => {
    for (const [path, status, id] of [
      [`${SYSTEM}?only`, 400, "QueryNotSupportedOnResource"],
      [`${SYSTEM}?$filter=Id eq 'x'`, 400, "QueryNotSupportedOnResource"],
      [`${SYSTEM}?$top=1`, 400, "QueryNotSupportedOnResource"],
      [`${ROLES}?only=x`, 400, "QueryParameterValueFormatError"],
      [`${ROLES}?only&$top=1`, 400, "QueryCombinationInvalid"],
      [`${ROLES}?$top=1&$top=2`, 400, "QueryCombinationInvalid"],
      [`${ROLES}?$top=-1`, 400, "QueryParameterOutOfRange"],
      [`${ROLES}?$skip=x`, 400, "QueryParameterValueTypeError"],
      [`${ROLES}?$expand=.($levels=4)`, 400, "QueryParameterOutOfRange"],
      [`${ROLES}?$expand=.($levels=0)`, 400, "QueryParameterOutOfRange"],
      [`${ROLES}?$expand=Members`, 400, "QueryParameterValueFormatError"],
      [`${ROLES}?$select=`, 400, "QueryParameterValueFormatError"],
      ...["Id", "Id eq", "eq 'x'", "Id eq 'x", "(Id eq 'x'", "Id eq 'x')", "Id like 'x'", "", "not"].map(
        (filter) => [`${ROLES}?$filter=${filter}`, 400, "QueryParameterValueFormatError"] as const,
      ),
      [`${ROLES}?$filter=${"(".repeat(900)}`, 400, "QueryParameterValueFormatError"],
      [`${ROLES}?$orderby=Id`, 501, "QueryParameterUnsupported"],
    ] as const) {
      const answer = await lab.admin.get(path.replaceAll(" ", "%20"));
      assert.equal(answer.status, status, path);
      assert.deepEqual(messageIds(answer), [id], path);
    }
    const patched = await lab.admin.patch(`${SYSTEM}?$select=Boot`, { Boot: {} });
    assert.deepEqual(messageIds(patched), ["QueryNotSupportedOnOperation"]);
  });
});
