import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import type { SystemInputs } from "../../../emulator/src/redfish/system-payload.ts";
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

  /** What the quick way and the pipeline answer, unless time or the device came between. */
  const agree = async (client: RedfishClient, what: string): Promise<Answer> => {
    const all = { "X-Request-Id": "r-1" };
    const before = seen(await client.get(SLOWLY, all));
    const quickly = await client.get(SYSTEM, all);
    const after = seen(await client.get(SLOWLY, all));
    if (isDeepStrictEqual(before, after)) assert.deepEqual(seen(quickly), after, what);
    return quickly;
  };

  /** For each input of the payload, something that makes it another one. */
  const changes: Readonly<Record<Exclude<keyof SystemInputs, "name" | "address">, () => Promise<unknown>>> = {
    facts: async () => {
      lab.devices["node-1"].identity = async () => ({ serialNumber: "another" });
      await clock.pass(31_000);
      await lab.admin.get(SYSTEM);
      await clock.pass(60_000);
    },
    boot: () => lab.admin.patch(SYSTEM, { Boot: { BootSourceOverrideMode: "Legacy" } }),
    bootTargets: async () => {
      const device = lab.devices["node-1"];
      device.capabilities = { ...device.capabilities, bootTargets: ["Pxe"] };
    },
    bootIsAdvisory: async () => {
      const device = lab.devices["node-1"];
      device.capabilities = { ...device.capabilities, bootOverride: "advisory" };
    },
    view: async () => {
      const device = lab.devices["node-1"];
      device.listed = ["on", "off"];
      await clock.pass(31_000);
    },
  };
  for (const [input, change] of Object.entries(changes)) {
    it(`never answers as before when this has changed: ${input}`, async () => {
      const before = await bothWays(lab.admin);
      await change();
      await whileTimePasses(lab.admin.get(SYSTEM));
      const after = await bothWays(lab.admin);
      assert.notEqual(after.text, before.text);
    });
  }

  it("tells the age of a lost device's state anew each time", async () => {
    lab.devices["node-1"].failure = new DeviceError("unreachable", "gone");
    await clock.pass(31_000);
    await whileTimePasses(lab.admin.get(SYSTEM));
    const texts = [];
    for (const pause of [0, 1_000, 5_000]) {
      await clock.pass(pause);
      texts.push((await agree(lab.admin, "while the device is lost")).text);
    }
    assert.equal(new Set(texts).size, 3);
  });

  it("knows nobody any more when a user of the configuration goes, and another role at once", async () => {
    const { config } = lab;
    const login = await lab.anonymous.post("/redfish/v1/SessionService/Sessions", {
      UserName: "reader",
      Password: passwords.reader,
    });
    const token = lab.anonymous.with({ "X-Auth-Token": String(login.headers["x-auth-token"]) });
    for (const client of [lab.reader, token]) assert.equal((await bothWays(client)).status, 200);
    const users = config.users.filter(({ username }) => username !== "reader");
    await lab.emulator.reload({ ...config, users });
    for (const client of [lab.reader, token]) assert.equal((await bothWays(client)).status, 401);
    const machines = config.machines.filter(({ name }) => name !== "node-1");
    await lab.emulator.reload({ ...config, users, machines });
    assert.equal((await bothWays(lab.admin)).status, 404);
    const address = "192.0.2.77";
    const moved = config.machines.map((machine) => ({ ...machine, address, facts: { model: "moved" } }));
    await lab.emulator.reload({ ...config, users, machines: moved });
    await whileTimePasses(lab.admin.get(SYSTEM));
    assert.equal((await bothWays(lab.admin)).body.Model, "moved");
  });

  it("ends with its session", async () => {
    const login = await lab.anonymous.post("/redfish/v1/SessionService/Sessions", {
      UserName: "reader",
      Password: passwords.reader,
    });
    const token = lab.anonymous.with({ "X-Auth-Token": String(login.headers["x-auth-token"]) });
    // Not to the last second: time passes beside the next request for as long as it takes.
    await clock.pass(1_500_000);
    await whileTimePasses(lab.admin.get(SYSTEM));
    assert.equal((await bothWays(token)).status, 200);
    await clock.pass(1_801_000);
    await whileTimePasses(lab.admin.get(SYSTEM));
    assert.equal((await bothWays(token)).status, 401);
  });

  it("answers as the pipeline does after whatever happens, in any order", async () => {
    const device = lab.devices["node-1"];
    const steps: Readonly<Record<string, () => Promise<unknown>>> = {
      "a button pressed": async () => {
        device.power = device.power === "On" ? "Off" : "On";
      },
      "switched on": () => whileTimePasses(lab.admin.post(RESET, { ResetType: "On" })),
      "switched off": () => whileTimePasses(lab.admin.post(RESET, { ResetType: "ForceOff" })),
      "a graceful shutdown": () => whileTimePasses(lab.admin.post(RESET, { ResetType: "GracefulShutdown" })),
      "actions ignored": async () => {
        device.ignores = !device.ignores;
      },
      "an override": () =>
        lab.admin.patch(SYSTEM, {
          Boot: { BootSourceOverrideTarget: "Pxe", BootSourceOverrideEnabled: "Once" },
        }),
      "the device lost or back": async () => {
        device.failure = device.failure ? undefined : new DeviceError("timeout", "silent");
      },
      "wrong credentials": async () => {
        device.failure = new DeviceError("bad-credentials", "refused");
      },
      "other actions": async () => {
        device.listed = device.listed ? undefined : ["on", "off"];
      },
      "other firmware": async () => {
        device.told = { firmwareVersion: String(clock.now()) };
        device.identity = async () => ({ biosVersion: String(clock.now()) });
      },
      "a second": () => clock.pass(1_000),
      "half a minute": () => clock.pass(31_000),
      "ten minutes": () => clock.pass(600_000),
    };
    const walk = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 5, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(walk, async (names) => {
        for (const name of names) {
          await steps[name]?.();
          if (name !== "a second") await whileTimePasses(lab.admin.get(SYSTEM));
          await agree(lab.admin, names.join(", "));
        }
      }),
      { numRuns: 8 },
    );
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
