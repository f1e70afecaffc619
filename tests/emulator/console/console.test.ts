import assert from "node:assert/strict";
import { get as httpsGet } from "node:https";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { ConsoleClient } from "../support/console-client.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import type { Body } from "../support/redfish-client.ts";

describe("the console's API", () => {
  let test: TestEmulator;
  let stranger: ConsoleClient;
  const as = async (username: keyof typeof passwords): Promise<ConsoleClient> => {
    const { answer, client } = await stranger.login(username, passwords[username]);
    assert.equal(answer.status, 200, answer.text);
    return client;
  };
  const audit = async (): Promise<Body[]> =>
    (await test.admin.get("/redfish/v1/Managers/Service/LogServices/Audit/Entries")).body.Members as never;

  beforeEach(async () => {
    test = await testEmulator({ machine: { address: "192.0.2.77" } });
    stranger = new ConsoleClient(test.anonymous);
  });
  afterEach(() => test.stop());

  it("logs in with a Redfish account, by a cookie that no script reads and no other site sends", async () => {
    const { answer, client } = await stranger.login("operator", passwords.operator);
    assert.deepEqual(answer.body, { username: "operator", role: "Operator", mayAct: true } as never);
    const [cookie = ""] = answer.headers["set-cookie"] ?? [];
    for (const flag of ["; secure", "; httponly", "; samesite=strict", "; path=/console"]) {
      assert.ok(cookie.toLowerCase().includes(flag), `${flag} in ${cookie}`);
    }
    assert.equal((await client.get("session")).body.username, "operator" as never);
    assert.equal((await stranger.get("session")).status, 401);
    // Over Redfish the cookie is worth nothing.
    const redfish = await test.anonymous.get("/redfish/v1/Systems", { Cookie: client.cookie });
    assert.equal(redfish.status, 401);
  });

  it("refuses wrong passwords in plain words, and slows guessing down as Redfish does", async () => {
    const { answer } = await stranger.login("operator", "wrong");
    assert.deepEqual([answer.status, answer.body.error], [401, "The user name or the password is wrong."]);
    for (let tries = 0; tries < 10; tries += 1) await stranger.login("operator", `wrong-${tries}`);
    assert.equal((await stranger.login("operator", "wrong-again")).answer.status, 429);
  });

  it("logs out for good", async () => {
    const client = await as("admin");
    assert.equal((await client.ask("session", { method: "DELETE" })).status, 204);
    assert.equal((await client.get("machines")).status, 401);
    assert.ok((await audit()).some(({ Message }) => String(Message).includes("logged out")));
  });

  it("switches by way of the power controller and tells the audit log who it was", async () => {
    const client = await as("operator");
    assert.equal((await client.act("node-1", "on")).status, 204);
    assert.deepEqual(test.devices["node-1"].acts, [{ action: "on", boot: undefined }]);
    const entry = (await audit()).find(({ Message }) => String(Message).includes("On: accepted"));
    assert.equal(entry?.Username, "operator" as never);
    const { body } = await client.get("machines");
    const row = body.content?.rows?.find((one: Body) => String(one.name) === "node-1");
    assert.deepEqual([row?.last?.text, row?.last?.outcome], ["On: accepted", "done"]);
  });

  it("refuses a ReadOnly user every action in plain words, and audits it", async () => {
    const client = await as("reader");
    for (const action of ["on", "off", "restart", "pxe", "read"]) {
      const { status, body } = await client.act("node-1", action);
      assert.equal(status, 403, action);
      assert.match(String(body.error), /Refused: your role may look at machines, not act/);
    }
    assert.deepEqual(test.devices["node-1"].acts, []);
    const refused = (await audit()).filter(({ Username }) => String(Username) === "reader");
    assert.ok(refused.some(({ Message }) => String(Message).includes("InsufficientPrivilege")));
  });

  it("changes nothing for what does not come from its own page", async () => {
    const client = await as("operator");
    const ask = { method: "POST", body: { action: "on" } };
    const without = await client.ask("machines/node-1/actions", {
      ...ask,
      headers: { "X-Edge-Lab-Console": "" },
    });
    const other = { Origin: "https://evil.example" };
    const elsewhere = await client.ask("machines/node-1/actions", { ...ask, headers: other });
    const login = { method: "POST", body: { username: "admin", password: passwords.admin }, headers: other };
    assert.deepEqual(
      [without.status, elsewhere.status, (await stranger.ask("session", login)).status],
      [403, 403, 403],
    );
    assert.deepEqual(test.devices["node-1"].acts, []);
    const own = { Origin: test.emulator.url };
    assert.equal((await client.ask("machines/node-1/actions", { ...ask, headers: own })).status, 204);
  });

  it("arms PXE for one start, and reads the device at once when asked to", async () => {
    const client = await as("operator");
    assert.equal((await client.act("node-1", "pxe")).status, 204);
    assert.equal((await client.act("node-1", "on")).status, 204);
    assert.deepEqual(test.devices["node-1"].acts, [{ action: "on", boot: { target: "Pxe", mode: "UEFI" } }]);
    await eventually(async () => assert.equal((await client.act("node-2", "read")).status, 204));
    const device = test.devices["node-2"];
    device.power = "On";
    // Older than a second, or what was read just now is told.
    await eventually(async () => {
      assert.equal((await client.act("node-2", "read")).status, 204);
      const { body } = await client.get("machines/node-2");
      assert.equal(body.content?.power, "On" as never);
    });
  });

  it("tells what is wrong with a device and what the last calls took", async () => {
    const client = await as("reader");
    await eventually(async () => assert.ok(test.devices["node-1"].reads > 0));
    test.devices["node-1"].failure = new DeviceError("bad-credentials", "192.0.2.77 refused the password");
    await eventually(async () => {
      await (await as("operator")).act("node-1", "read");
      const { content } = (await client.get("machines/node-1")).body;
      assert.deepEqual(
        [content?.health, content?.problem, content?.login, content?.breaker],
        ["Critical", "192.0.2.77 refused the password", "refused", "open"],
      );
      assert.ok(content?.calls?.some((call: Body) => Boolean(call.failed)));
      assert.ok(content?.latency?.includes(-1 as never));
    });
    const attention = (await client.get("machines?show=attention")).body.content;
    assert.deepEqual(
      attention?.rows?.map(({ name }: Body) => name),
      ["node-1"],
    );
  });

  it("keeps from others who did it", async () => {
    await (await as("operator")).act("node-1", "on");
    const seen = async (who: keyof typeof passwords): Promise<string> =>
      (await (await as(who)).get("machines/node-1")).text;
    assert.match(await seen("admin"), /"username":"operator"/);
    assert.doesNotMatch(await seen("reader"), /"username"|"origin"/);
  });

  it("tells news by itself, as long as the login counts", async () => {
    const client = await as("reader");
    const url = `${test.emulator.url}/console/api/events`;
    let heard = "";
    const request = httpsGet(url, {
      ca: test.certificate.cert,
      headers: { Cookie: client.cookie },
      agent: false,
    });
    const ended = new Promise<void>((resolve, reject) => {
      request.on("error", reject);
      request.on("response", (response) => {
        assert.match(response.headers["content-type"] ?? "", /^text\/event-stream/);
        response.setEncoding("utf8").on("data", (text: string) => {
          heard += text;
        });
        response.on("close", resolve);
      });
    });
    await eventually(async () =>
      assert.match(heard, /event: machines\ndata: \{"now":\d+,"content":\{"rows"/),
    );
    await (await as("operator")).act("node-1", "on");
    await eventually(async () => assert.match(heard, /event: events\n.*On: accepted/));
    assert.doesNotMatch(heard, /logged in/, "what only administrators may know");
    await client.ask("session", { method: "DELETE" });
    await ended;
  });
});
