import type { EnergyTotal } from "../drivers/driver.ts";
import type { StampedEnergy } from "../power/energy-reader.ts";
import type { JsonObject } from "./resource.ts";

/** Which of a meter's totals is told: the one that is set back the most rarely. */
const PREFERRED: readonly EnergyTotal["period"][] = ["lifetime", "month", "day"];

/** The excerpt of a power sensor; null while the device does not tell. */
export function powerWatts(energy: StampedEnergy | undefined): JsonObject {
  return { Reading: energy?.watts ?? null };
}

/** The excerpt of an energy sensor, counting from SensorResetTime on; undefined while the device tells no total. */
export function energyKwh(energy: StampedEnergy | undefined): JsonObject | undefined {
  const totals = energy?.totals ?? [];
  const total = PREFERRED.map((period) => totals.find((one) => one.period === period)).find(Boolean);
  if (!total) return undefined;
  const { period, wattHours, since } = total;
  const Reading = wattHours / 1000;
  if (period === "lifetime") return { Reading, LifetimeReading: Reading };
  return { Reading, ...(since !== undefined && { SensorResetTime: new Date(since).toISOString() }) };
}
