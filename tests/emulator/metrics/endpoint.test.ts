import assert from "node:assert/strict";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { parseExposition } from "../support/parse-exposition.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";

describe("GET /metrics", () => {
  let lab: TestEmulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    lab = await testEmulator({ clock });
    // The first reads at start: their end is the base of what is counted.
    await eventually(async () =>
      assert.equal(await sample("redfish_device_calls_total", { machine: "node-2" }), 1),
    );
    await eventually(async () =>
      assert.equal(await sample("redfish_device_calls_total", { machine: "node-1" }), 1),
    );
  });

  afterEach(async () => {
    await lab.stop();
  });

  /** The sum of the samples that have these labels; undefined when there is none. */
  async function sample(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
    const { text } = await lab.reader.get("/metrics");
    const family =
      parseExposition(text).get(name.replace(/_(bucket|sum|count)$/, "")) ?? parseExposition(text).get(name);
    const found = family?.samples.filter(
      (one) =>
        one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
    return found?.length ? found.reduce((sum, { value }) => sum + value, 0) : undefined;
  }

  it("is for every role, not for strangers, and only for reading", async () => {
    for (const client of [lab.admin, lab.operator, lab.reader]) {
      const answer = await client.get("/metrics");
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
      parseExposition(answer.text);
    }
    assert.equal((await lab.anonymous.get("/metrics")).status, 401);
    assert.equal((await lab.anonymous.as("admin", "wrong").get("/metrics")).status, 401);
    const post = await lab.admin.post("/metrics", {});
    assert.equal(post.status, 405);
    assert.equal(post.headers.allow, "GET, HEAD");
  });

  it("is open to all where the configuration says so", async () => {
    const open = await testEmulator({ settings: { metrics: { anonymous: true } } });
    try {
      assert.equal((await open.anonymous.get("/metrics")).status, 200);
    } finally {
      await open.stop();
    }
  });

  it("counts requests by template, never by path", async () => {
    const labels = { method: "GET", route: "/redfish/v1/Systems/:name", status: "200" };
    const before = (await sample("redfish_http_request_duration_seconds_count", labels)) ?? 0;
    await lab.admin.get(SYSTEM);
    await lab.admin.get("/redfish/v1/Systems/node-2");
    assert.equal(await sample("redfish_http_request_duration_seconds_count", labels), before + 2);
    await lab.admin.get("/redfish/v1/marker-1");
    await lab.admin.get("/redfish/v1/marker-2");
    const none = { route: "none", status: "404" };
    assert.equal(await sample("redfish_http_request_duration_seconds_count", none), 2);
    assert.ok(!(await lab.reader.get("/metrics")).text.includes("marker"));
  });

  it("tells cache hits from misses, and never asks a device itself", async () => {
    const machine = "node-1";
    const hits = (await sample("redfish_power_cache_hits_total", { machine })) ?? 0;
    const misses = (await sample("redfish_power_cache_misses_total", { machine })) ?? 0;
    await lab.admin.get(SYSTEM);
    await lab.admin.get(SYSTEM);
    assert.equal(await sample("redfish_power_cache_hits_total", { machine }), hits + 2);
    await clock.pass(31_000);
    assert.equal(await sample("redfish_machine_power_state_age_seconds", { machine }), 31);
    assert.equal(lab.devices["node-1"].reads, 1);
    await lab.admin.get(SYSTEM);
    assert.equal(await sample("redfish_power_cache_misses_total", { machine }), misses + 1);
    assert.equal(await sample("redfish_device_calls_total", { machine, call: "read" }), 2);
    assert.equal(await sample("redfish_machine_power_state_age_seconds", { machine }), 0);
  });

  it("shows failures by kind and the breaker's state", async () => {
    const machine = "node-1";
    const breaker = (state: string) => sample("redfish_device_breaker_state", { machine, state });
    assert.equal(await breaker("closed"), 1);
    lab.devices["node-1"].failure = new DeviceError("bad-credentials", "no");
    await clock.pass(31_000);
    await lab.admin.get(SYSTEM);
    const kind = "bad-credentials";
    assert.equal(await sample("redfish_device_failures_total", { machine, call: "read", kind }), 1);
    assert.equal(await breaker("open"), 1);
    assert.equal(await breaker("closed"), 0);
    await clock.pass(100_000);
    assert.equal(await breaker("half-open"), 1);
    lab.devices["node-1"].failure = undefined;
    await lab.admin.get(SYSTEM);
    await eventually(async () => assert.equal(await breaker("closed"), 1));
  });

  it("shows power states, sessions, logins and the store", async () => {
    assert.equal(await sample("redfish_machine_power_state", { machine: "node-1", state: "Off" }), 1);
    await lab.admin.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: "On" });
    assert.equal(await sample("redfish_device_calls_total", { machine: "node-1", call: "action" }), 1);
    assert.equal(await sample("redfish_machine_power_state", { machine: "node-1", state: "Off" }), 0);
    assert.equal(await sample("redfish_sessions"), 0);
    const right = (await sample("redfish_logins_total", { outcome: "right" })) ?? 0;
    const login = { UserName: "admin", Password: passwords.admin };
    await lab.anonymous.post("/redfish/v1/SessionService/Sessions", login);
    assert.equal(await sample("redfish_sessions"), 1);
    assert.ok(((await sample("redfish_logins_total", { outcome: "right" })) ?? 0) > right);
    await lab.anonymous.as("admin", "wrong").get(SYSTEM);
    assert.equal(await sample("redfish_logins_total", { outcome: "wrong" }), 1);
    assert.ok(((await sample("redfish_store_commits_total", { outcome: "written" })) ?? 0) >= 2);
    assert.equal(await sample("redfish_store_failing"), 0);
  });
});
