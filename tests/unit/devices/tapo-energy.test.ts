import assert from "node:assert/strict";
import { startTapoDevice, type TapoDevice } from "../../../sim/devices/index.ts";
import { KlapClient } from "./support/klap-client.ts";
import { ManualClock } from "./support/manual-clock.ts";

const LOGIN = { username: "owner@example.org", password: "Simulated-1" };
const HOUR = 3_600_000;

/** The clock begins on 2025-01-01 at 00:00 UTC; the plug's wall says 01:00. */
describe("simulated Tapo P110", () => {
  let plug: TapoDevice;
  let clock: ManualClock;
  let caller: KlapClient;

  beforeEach(async () => {
    clock = new ManualClock();
    plug = await startTapoDevice({ name: "optiplex-9", ...LOGIN, clock, model: "P110" });
    caller = await new KlapClient(plug.address, LOGIN.username, LOGIN.password).login();
  });
  afterEach(() => plug.close());

  const result = async (method: string): Promise<Record<string, unknown>> =>
    (await caller.call(method)).result as Record<string, unknown>;
  const usage = () => result("get_energy_usage");
  /** In steps that keep the session alive. */
  const pass = async (hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour += 12) {
      clock.tick(Math.min(12, hours - hour) * HOUR);
      caller = await new KlapClient(plug.address, LOGIN.username, LOGIN.password).login();
    }
  };

  it("says what it is and that it measures", async () => {
    assert.equal((await result("get_device_info")).model, "P110");
    const { component_list } = await result("component_nego");
    assert.ok(
      (component_list as { id: string; ver_code: number }[]).some(
        ({ id, ver_code }) => id === "energy_monitoring" && ver_code === 2,
      ),
    );
  });

  it("measures nothing while its relay is open", async () => {
    await pass(2);
    assert.deepEqual(await usage(), {
      today_runtime: 0,
      month_runtime: 0,
      today_energy: 0,
      month_energy: 0,
      local_time: "2025-01-01 03:00:00",
      electricity_charge: [0, 0, 0],
      current_power: 0,
    });
  });

  it("counts milliwatts, watts, minutes and watt-hours while it is closed, and keeps what it counted", async () => {
    plug.pressButton();
    await pass(2);
    const on = await usage();
    assert.equal(on.current_power, 18_500);
    assert.equal((await result("get_current_power")).current_power, 19);
    const emeter = { current_ma: 80, voltage_mv: 230_000, power_mw: 18_500, energy_wh: 37 };
    assert.deepEqual(await result("get_emeter_data"), emeter);
    assert.deepEqual([on.today_runtime, on.today_energy, on.month_energy], [120, 37, 37]);
    plug.pressButton();
    await pass(2);
    const off = await usage();
    assert.deepEqual([off.current_power, off.today_runtime, off.today_energy], [0, 120, 37]);
  });

  it("begins days and months anew at its own midnight", async () => {
    plug.pressButton();
    await pass(23);
    const midnight = await usage();
    assert.equal(midnight.local_time, "2025-01-02 00:00:00");
    assert.deepEqual([midnight.today_energy, midnight.month_energy], [0, 425]);
    await pass(30 * 24 + 1);
    const february = await usage();
    assert.equal(february.local_time, "2025-02-01 01:00:00");
    assert.deepEqual([february.today_energy, february.month_energy, february.month_runtime], [18, 18, 60]);
  });

  it("does not know its meter's methods when told so", async () => {
    plug.setFaults({ noEnergy: true });
    assert.equal((await caller.call("get_energy_usage")).error_code, -1002);
    assert.equal((await caller.call("get_current_power")).error_code, -1002);
  });
});
