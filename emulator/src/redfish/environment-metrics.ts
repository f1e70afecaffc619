import type { EnergyTotal } from "../drivers/driver.ts";
import { findMachine } from "./find-machine.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type JsonObject, ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { uris } from "./uris.ts";

/** Which of a meter's totals is told: the one that is set back the most rarely. */
const PREFERRED: readonly EnergyTotal["period"][] = ["lifetime", "month", "day"];

/**
 * What the machine draws, where its power device measures that. The reading is null while the device does not tell;
 * EnergykWh counts from SensorResetTime on: a plug's month, which begins anew by itself.
 */
export const environmentMetrics: Resource = {
  uri: uris.environmentMetrics(":name"),
  entity: "EnvironmentMetrics",
  GET: async (exchange) => {
    const power = findMachine(exchange, "EnvironmentMetrics");
    const { name } = power.machine;
    if (!power.measuresEnergy) throw new RedfishError(404, resourceNotFound("EnvironmentMetrics", name));
    const energy = await power.energy();
    const totals = energy?.totals ?? [];
    const total = PREFERRED.map((period) => totals.find((one) => one.period === period)).find(Boolean);
    return ok({
      "@odata.type": odataType("EnvironmentMetrics"),
      "@odata.id": uris.environmentMetrics(name),
      Id: "EnvironmentMetrics",
      Name: `Environment metrics of ${name}`,
      PowerWatts: { Reading: energy?.watts ?? null },
      ...(total && { EnergykWh: kilowattHours(total) }),
    });
  },
};

function kilowattHours({ period, wattHours, since }: EnergyTotal): JsonObject {
  const Reading = wattHours / 1000;
  if (period === "lifetime") return { Reading, LifetimeReading: Reading };
  return { Reading, ...(since !== undefined && { SensorResetTime: new Date(since).toISOString() }) };
}
