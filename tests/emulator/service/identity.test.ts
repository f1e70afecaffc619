import assert from "node:assert/strict";
import { emulatorConfigSchema } from "../../../emulator/src/config.ts";
import { AmtDriver } from "../../../emulator/src/drivers/amt/driver.ts";
import { amtDriver } from "../../../emulator/src/drivers/amt/index.ts";
import { amtOptionsSchema } from "../../../emulator/src/drivers/amt/options.ts";
import type { DriverModule } from "../../../emulator/src/drivers/driver.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { Emulator } from "../../../emulator/src/server.ts";
import { type AmtDevice, startAmtDevice } from "../../../sim/devices/index.ts";
import { LabClock } from "../faults/lab-clock.ts";
import { RedfishClient } from "../support/redfish-client.ts";

const login = { username: "admin", password: "P@ssw0rd1" };
const system = "/redfish/v1/Systems/machine";

/** The real driver and a simulated engine, on one clock, over real sockets. */
describe("facts about a machine behind AMT", () => {
  let clock: LabClock;
  let amt: AmtDevice;
  let emulator: Emulator;
  let client: RedfishClient;

  beforeEach(async () => {
    clock = new LabClock();
    amt = await startAmtDevice({ name: "machine", ...login, port: 0, power: "off", clock: clock.devices });
    const driver: DriverModule = {
      ...amtDriver,
      create: (machine, options, { logger }) =>
        new AmtDriver(machine, amtOptionsSchema.parse(options), { logger, clock }),
    };
    emulator = await Emulator.start({
      config: emulatorConfigSchema.parse({
        machines: [{ name: "machine", driver: "amt", address: amt.address, ...login }],
        users: [{ ...login, role: "Administrator" }],
      }),
      drivers: [driver],
      host: "127.0.0.1",
      port: 0,
      logger: createLogger("silent"),
      clock,
      sessionTimeoutSeconds: 1_000_000,
    });
    const anonymous = new RedfishClient(emulator.url, undefined);
    const session = await anonymous.post("/redfish/v1/SessionService/Sessions", {
      UserName: login.username,
      Password: login.password,
    });
    client = anonymous.with({ "X-Auth-Token": String(session.headers["x-auth-token"]) });
  });

  afterEach(async () => {
    await clock.until(emulator.stop());
    await amt.close();
  });

  const get = async () => (await clock.until(client.get(system))).body;
  const inventory = () => amt.counters.byOperation["CIM_ComputerSystemPackage.Get"] ?? 0;

  it("are read in one go, with the login there is", async () => {
    await clock.pass(25_000);
    const { Model, UUID, MemorySummary } = await get();
    assert.equal(String(Model), "10RRS0HU00");
    assert.equal(String(UUID), amt.uuid);
    assert.deepEqual(MemorySummary, { TotalSystemMemoryGiB: 16 });
    assert.equal(amt.counters.logins, 1);
    assert.equal(inventory(), 1);
  });

  it("do not keep a reset waiting, however slow the engine tells them, and are told later", async () => {
    await get();
    amt.setFaults({ slowMs: 1_500 });
    while (inventory() === 0) await clock.pass(100);
    const asked = clock.elapsed();
    const answer = await clock.until(
      client.post(`${system}/Actions/ComputerSystem.Reset`, { ResetType: "On" }),
    );
    assert.equal(answer.status, 204);
    // The state is read, then read and changed by the driver: each of these takes the engine 1.5 s.
    assert.ok(clock.elapsed() - asked < 10_000, `${clock.elapsed() - asked} ms`);
    assert.ok(!("Model" in (await get())));
    amt.setFaults({});
    for (let round = 0; round < 6; round += 1) {
      await get();
      await clock.pass(30_000);
    }
    assert.equal(amt.power, "on");
    assert.equal(String((await get()).Model), "10RRS0HU00");
    assert.equal(inventory(), 2);
  });

  it("harm nothing when the engine answers them with rubbish only", async () => {
    await get();
    await clock.pass(4_000);
    amt.setFaults({ garbage: true });
    await clock.pass(20_000);
    assert.equal(inventory(), 1);
    amt.setFaults({});
    await clock.pass(10_000);
    const body = await get();
    assert.ok(!("Model" in body));
    assert.deepEqual(body.Status, { State: "Enabled", Health: "OK" });
    assert.equal(String(body.PowerState), "Off");
  });
});
