import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { FakeClock } from "../support/fake-clock.ts";
import type { Answer, RedfishClient } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
/** Nobody knows the parameter, so nothing changes but that the request takes the whole pipeline. */
const SLOWLY = `${SYSTEM}?unknown=1`;

describe("the quick way of reading a machine", () => {
  let lab: TestEmulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    // At "debug" every read is logged, and nothing goes the quick way.
    lab = await testEmulator({ clock, logLevel: "info" });
    await lab.admin.get(SYSTEM);
  });
  afterEach(async () => {
    await lab.stop();
  });

  const seen = ({ status, headers, text }: Answer): object => {
    const { date, connection, "keep-alive": keep, ...others } = headers;
    return { status, headers: others, text };
  };
  /** What waits for the device waits by the clock. */
  const whileTimePasses = async <Result>(result: Promise<Result>): Promise<Result> => {
    let over = false;
    void result.finally(() => {
      over = true;
    });
    while (!over) {
      await clock.pass(20);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return result;
  };
  const bothWays = async (client: RedfishClient, headers: Record<string, string> = {}): Promise<Answer> => {
    const all = { "X-Request-Id": "r-1", ...headers };
    const [quickly, slowly] = [await client.get(SYSTEM, all), await client.get(SLOWLY, all)];
    assert.deepEqual(seen(quickly), seen(slowly));
    return quickly;
  };

  it("answers what the whole pipeline answers, header by header", async () => {
    for (const client of [lab.admin, lab.operator, lab.reader]) {
      await client.get(SYSTEM);
      assert.equal((await bothWays(client)).status, 200);
    }
    for (const [name, value] of [
      ["Accept", "application/json"],
      ["Accept", "image/png"],
      ["OData-Version", "4.0"],
      ["OData-Version", "4.1"],
      ["If-None-Match", "*"],
    ] as const) {
      await bothWays(lab.admin, { [name]: value });
    }
    assert.notEqual((await lab.admin.get(SYSTEM)).headers["x-request-id"], undefined);
  });

  it("sees every change at once", async () => {
    assert.equal((await bothWays(lab.admin)).body.PowerState, "Off");
    const once = { Boot: { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" } };
    const { headers } = await lab.admin.patch(SYSTEM, once);
    const patched = await bothWays(lab.admin);
    assert.equal(patched.body.Boot?.BootSourceOverrideEnabled, "Once");
    assert.equal(patched.headers.etag, headers.etag);
    assert.equal((await lab.admin.post(RESET, { ResetType: "On" })).status, 204);
    await whileTimePasses(lab.admin.get(SYSTEM));
    const started = await bothWays(lab.admin);
    assert.equal(started.body.Boot?.BootSourceOverrideEnabled, "Disabled");
    await clock.pass(10_000);
    assert.equal((await bothWays(lab.admin)).body.PowerState, "On");
    lab.devices["node-1"].power = "Off";
    await clock.pass(31_000);
    assert.equal((await lab.admin.get(SYSTEM)).body.PowerState, "Off");
    lab.devices["node-1"].failure = new DeviceError("unreachable", "gone");
    await clock.pass(31_000);
    await whileTimePasses(lab.admin.get(SYSTEM));
    assert.equal((await bothWays(lab.admin)).body.Status?.Health, "Warning");
  });

  it("asks the device as rarely", async () => {
    const { reads } = lab.devices["node-1"];
    for (let count = 0; count < 5; count += 1) await lab.admin.get(SYSTEM);
    assert.equal(lab.devices["node-1"].reads, reads);
    await clock.pass(31_000);
    await Promise.all([lab.admin.get(SYSTEM), lab.admin.get(SYSTEM)]);
    assert.equal(lab.devices["node-1"].reads, reads + 1);
  });

  it("lets nobody in whom the pipeline would not", async () => {
    const account = { UserName: "second", Password: "second-marker-1", RoleId: "ReadOnly" };
    const made = await lab.admin.post("/redfish/v1/AccountService/Accounts", account);
    const second = lab.anonymous.as("second", account.Password);
    const login = await lab.anonymous.post("/redfish/v1/SessionService/Sessions", {
      UserName: "second",
      Password: account.Password,
    });
    const token = lab.anonymous.with({ "X-Auth-Token": String(login.headers["x-auth-token"]) });
    for (const client of [second, second, token]) assert.equal((await bothWays(client)).status, 200);
    assert.equal((await bothWays(token, { Authorization: "Basic bm9uc2Vuc2U=" })).status, 200);
    const uri = String(made.headers.location);
    await lab.admin.patch(uri, { PasswordChangeRequired: true });
    assert.equal((await bothWays(second)).status, 403);
    await lab.admin.patch(uri, { Enabled: false });
    for (const client of [second, token, lab.anonymous, lab.anonymous.as("admin", "wrong")]) {
      assert.equal((await bothWays(client)).status, 401);
    }
    assert.equal((await lab.anonymous.as("admin", `${passwords.admin} `).get(SYSTEM)).status, 401);
  });

  it("leaves other paths alone", async () => {
    for (const path of [`${SYSTEM}/`, "/redfish/v1/Systems/", "/redfish/v1/Systems/%6eode-1"]) {
      assert.equal((await lab.admin.get(path)).status, 200, path);
    }
    for (const path of ["/redfish/v1/Systems/node-9", "/redfish/v1/Systems/__proto__", `${SYSTEM}x`]) {
      assert.equal((await lab.admin.get(path)).status, 404, path);
    }
  });

  it("is counted like the others", async () => {
    const count = async (): Promise<number> => {
      const { text } = await lab.admin.get("/metrics");
      return Number(
        /^redfish_http_request_duration_seconds_count\{method="GET",route="\/redfish\/v1\/Systems\/:name",status="200"\} (\d+)$/m.exec(
          text,
        )?.[1],
      );
    };
    const before = await count();
    await bothWays(lab.admin);
    assert.equal(await count(), before + 2);
  });
});
